// The query editor: CodeMirror with the words of this graph. The server alone decides what is valid.
import {
  EditorState, EditorView, Prec, autocompletion, basicSetup, classHighlighter, isolateHistory, keymap, lintGutter,
  setDiagnostics, sparql, syntaxHighlighting,
} from "./vendor/codemirror.js";

const KEYWORDS = `ASK BASE BIND CONSTRUCT DESCRIBE DISTINCT EXISTS FILTER FROM GRAPH HAVING LIMIT MINUS NAMED OFFSET OPTIONAL
  PREFIX REDUCED SELECT SERVICE UNDEF UNION VALUES WHERE AS ASC DESC IN NOT`.split(/\s+/).concat(
  ["GROUP BY", "ORDER BY", "FILTER NOT EXISTS", "FILTER EXISTS"]);
const FUNCTIONS = `ABS AVG BOUND CEIL COALESCE CONCAT CONTAINS COUNT DATATYPE FLOOR GROUP_CONCAT IF IRI LANG LANGMATCHES LCASE MAX
  MIN REGEX REPLACE ROUND SAMPLE STR STRAFTER STRBEFORE STRDT STRENDS STRLANG STRLEN STRSTARTS SUBSTR SUM UCASE YEAR
  isBlank isIRI isLiteral isNumeric`.split(/\s+/);
const SHOWN = 40;

let known;

function vocabulary() {
  known ??= fetch("/api/vocabulary", { headers: { Accept: "application/json" } })
    .then((answer) => (answer.ok ? answer.json() : Promise.reject(new Error(answer.statusText))))
    .catch(() => { known = undefined; return { prefixes: {}, classes: [], properties: [] }; });
  return known;
}

// The things whose names hold some words: the one place that knows where they are looked up.
export async function entities(words, signal) {
  try {
    const answer = await fetch(`/api/entities?q=${encodeURIComponent(words)}`, { signal, headers: { Accept: "application/json" } });
    return answer.ok ? await answer.json() : [];
  } catch {
    return [];
  }
}

const declared = (text) => new Set([...text.matchAll(/^\s*PREFIX\s+([\w.-]*):/gim)].map((match) => match[1]));

// Where a PREFIX line goes, and the line, if a name needs one that is not there yet.
function declaration(state, prefix, prefixes) {
  const text = state.doc.toString();
  if (!prefixes[prefix] || declared(text).has(prefix)) return null;
  const before = [...text.matchAll(/^[^\S\n]*(?:PREFIX|BASE)\b[^\n]*(?:\n|$)/gim)].pop();
  const head = before ? before.index + before[0].length : (/^(?:[^\S\n]*#[^\n]*(?:\n|$)|[^\S\n]*\n)*/.exec(text)?.[0].length ?? 0);
  const line = `PREFIX ${prefix}: <${prefixes[prefix]}>\n`;
  return { from: head, insert: head && text[head - 1] !== "\n" ? `\n${line}` : line };
}

function option(word, type, prefixes, boost) {
  const count = word.count ? ` · ${word.count.toLocaleString()}` : "";
  return {
    label: word.name,
    detail: `${word.label || ""}${word.kind ? ` · ${word.kind}` : ""}${count}`,
    info: word.note || undefined,
    type,
    boost,
    apply: (view, _, from, to) => {
      const prefix = /^([\w.-]*):/.exec(word.name)?.[1];
      const line = prefix === undefined ? null : declaration(view.state, prefix, prefixes);
      const changes = [{ from, to, insert: word.name }];
      if (line) changes.push(line);
      const shift = line && line.from <= from ? line.insert.length : 0;
      view.dispatch({ changes, selection: { anchor: from + shift + word.name.length }, userEvent: "input.complete" });
    },
  };
}

// What stands at a place: a subject, property or object, by what was written since the last mark.
function role(before) {
  const plain = before.replace(/<[^<>\s]*>/g, "I").replace(/"[^"\n]*"|'[^'\n]*'/g, "L").replace(/#[^\n]*/g, "");
  const [, mark, rest] = /^(?:[\s\S]*([{};,(]|\.(?=\s)))?([\s\S]*)$/.exec(plain);
  const terms = rest.trim() ? rest.trim().split(/\s+/).length : 0;
  if (mark === ",") return "object";
  return ["subject", "property", "object"][Math.min(2, terms + (mark === ";" ? 1 : 0))];
}

const holds = (word, typed) => word.name.toLowerCase().includes(typed) || (word.label || "").toLowerCase().includes(typed.replace(/-/g, " "));
const begins = (word, typed) => word.name.toLowerCase().startsWith(typed) || word.name.toLowerCase().split(":")[1]?.startsWith(typed)
  || (word.label || "").toLowerCase().startsWith(typed.replace(/-/g, " "));

async function completions(context) {
  const variable = context.matchBefore(/[?$]\w*/);
  if (variable) return variables(context, variable);
  const word = context.matchBefore(/[\w-]*:?[\w.-]*/);
  if (!context.explicit && (!word || word.from === word.to)) return null;
  const { prefixes, classes, properties } = await vocabulary();
  const line = context.state.sliceDoc(context.state.doc.lineAt(context.pos).from, word.from);
  if (/^\s*PREFIX\s+$/i.test(line)) return prefixLines(word, prefixes);
  if (/#|"[^"]*$/.test(line.replace(/<[^>]*>/g, ""))) return null;
  const typed = word.text.toLowerCase();
  const before = context.state.sliceDoc(0, word.from);
  const wanted = /(?:\s|^)(?:a|rdf:type)\s+$/.test(before) ? "class" : role(before);
  const weight = (type) => (type === wanted || (type === "entity" && (wanted === "subject" || wanted === "object")) ? 50 : 0);
  const chosen = (words, type) => words.filter((each) => holds(each, typed))
    .sort((one, other) => begins(other, typed) - begins(one, typed) || other.count - one.count)
    .slice(0, SHOWN).map((each, at) => option(each, type, prefixes, weight(type) + (begins(each, typed) ? 20 : 0) - at / 10));
  const found = [...chosen(classes, "class"), ...chosen(properties, "property")];
  if (typed.length > 1 && wanted !== "class" && wanted !== "property") {
    const gone = new AbortController();
    context.addEventListener("abort", () => gone.abort());
    const things = await entities(typed.replace(/^\w*:/, "").replace(/-/g, " "), gone.signal);
    if (context.aborted) return null;
    const seen = new Set(found.map((each) => each.label));
    found.push(...things.filter((each) => !seen.has(each.name)).map((each, at) => option(each, "entity", prefixes, weight("entity") - at)));
  }
  if (!typed.includes(":")) {
    for (const each of [...KEYWORDS, ...FUNCTIONS]) {
      if (typed && each.toLowerCase().startsWith(typed)) found.push({ label: each, type: "keyword", boost: 10 });
    }
  }
  return { from: word.from, options: found.sort((one, other) => other.boost - one.boost), filter: false };
}

function variables(context, word) {
  const names = new Set([...context.state.doc.toString().matchAll(/[?$](\w+)/g)].map((match) => `${word.text[0]}${match[1]}`));
  names.delete(word.text);
  return { from: word.from, options: [...names].sort().map((label) => ({ label, type: "variable" })), validFor: /^[?$]\w*$/ };
}

function prefixLines(word, prefixes) {
  const options = Object.entries(prefixes).map(([prefix, namespace]) => ({
    label: `${prefix}:`, detail: namespace, type: "namespace", apply: `${prefix}: <${namespace}>`,
  }));
  return { from: word.from, options, validFor: /^[\w-]*:?$/ };
}

// A known prefix that is typed out declares itself.
const declaring = EditorView.updateListener.of((update) => {
  if (!update.transactions.some((each) => each.isUserEvent("input.type"))) return;
  const at = update.state.selection.main.head;
  const line = update.state.doc.lineAt(at);
  const prefix = /(?:^|[\s({[/|^!])([A-Za-z][\w-]*):$/.exec(line.text.slice(0, at - line.from))?.[1];
  if (!prefix || /^\s*(?:PREFIX|#)/i.test(line.text)) return;
  vocabulary().then(({ prefixes }) => {
    const added = declaration(update.view.state, prefix, prefixes);
    if (added) update.view.dispatch({ changes: added });
  });
});

// Text typed over a selection goes in here and not by the browser, which would write the colours of what it replaces
// into a style attribute, against the policy of the page.
const replacing = EditorView.domEventHandlers({
  beforeinput: (event, view) => {
    const { from, to, empty } = view.state.selection.main;
    if (event.inputType !== "insertText" || !event.data || empty || event.isComposing || view.state.selection.ranges.length > 1) return false;
    const insert = () => view.state.update({ changes: { from, to, insert: event.data }, selection: { anchor: from + event.data.length }, userEvent: "input.type" });
    if (!view.state.facet(EditorView.inputHandler).some((handles) => handles(view, from, to, event.data, insert))) view.dispatch(insert());
    event.preventDefault();
    return true;
  },
});

export class Editor {
  constructor({ parent, nonce, labelledBy, describedBy, run, changed }) {
    const runs = { run: () => { run(); return true; } };
    this.extensions = [
      Prec.highest(keymap.of([{ key: "Mod-Enter", ...runs }, { key: "Ctrl-Enter", ...runs }])),
      basicSetup,
      sparql(),
      syntaxHighlighting(classHighlighter),
      autocompletion({ override: [completions], maxRenderedOptions: SHOWN }),
      lintGutter(),
      declaring,
      replacing,
      EditorView.lineWrapping,
      EditorView.cspNonce.of(nonce),
      EditorView.contentAttributes.of({ "aria-labelledby": labelledBy, "aria-describedby": describedBy, spellcheck: "false" }),
      EditorView.updateListener.of((update) => { if (update.docChanged) changed(update.state.doc.toString()); }),
    ];
    this.view = new EditorView({ parent, state: this.stateOf("") });
    vocabulary();
  }

  stateOf(text) {
    return EditorState.create({ doc: text, extensions: this.extensions });
  }

  get state() { return this.view.state; }

  set state(state) { this.view.setState(state); }

  get text() { return this.view.state.doc.toString(); }

  set text(text) {
    if (text !== this.text) this.view.dispatch({ changes: { from: 0, to: this.view.state.doc.length, insert: text }, annotations: isolateHistory.of("full") });
  }

  focus() { this.view.focus(); }

  // Marks a place the server names, in lines and code points from 1, and goes there.
  mark(line, column, message) {
    const { doc } = this.view.state;
    const wrong = doc.line(Math.min(Math.max(line, 1), doc.lines));
    const before = [...wrong.text].slice(0, column - 1).join("").length;
    const from = wrong.from + Math.min(before, wrong.length);
    const length = /^(?:[\w:.-]+|\S)/.exec(wrong.text.slice(before))?.[0].length ?? 0;
    const at = length ? { from, to: from + length } : { from: Math.max(wrong.from, from - 1), to: from };
    this.view.dispatch(setDiagnostics(this.view.state, [{ ...at, severity: "error", message }]));
    this.view.dispatch({ selection: { anchor: from }, scrollIntoView: true });
    this.focus();
  }

  unmark() { this.view.dispatch(setDiagnostics(this.view.state, [])); }
}
