// An answer as table, chart, matrix or graph. Names of things come from the server, and links only from it.
import { choice, counted, element, filled } from "./element.js";
import { chart, isNumber } from "./sparql-chart.js";

const PAGE = 100;
const NAMED = 1000;
const MOST_NAMED = 10_000;
const WIDEST = 60;
const LONGEST = 500;

// {columns, rows, total, form, names}: a table of terms, each as SPARQL JSON writes it.
export function ofJson(document_) {
  return { columns: document_.head.vars ?? [], rows: document_.results.bindings, total: document_.results.bindings.length, form: "SELECT", names: {} };
}

const TRIPLE = /^\s*(<[^>]*>|_:\S+)\s+<([^>]*)>\s+(<[^>]*>|_:\S+|"(?:[^"\\]|\\.)*"(?:@[\w-]+|\^\^<[^>]*>)?)\s*\.\s*$/;

export function ofTriples(text) {
  const rows = [];
  for (const line of text.split("\n")) {
    const match = TRIPLE.exec(line);
    if (match) rows.push({ subject: term(match[1]), predicate: { type: "uri", value: unescaped(match[2]) }, object: term(match[3]) });
    else if (line.trim()) rows.push({ subject: { type: "literal", value: line } });
  }
  return { columns: ["subject", "predicate", "object"], rows, total: rows.length, form: "CONSTRUCT", names: {} };
}

function term(written) {
  if (written.startsWith("<")) return { type: "uri", value: unescaped(written.slice(1, -1)) };
  if (written.startsWith("_:")) return { type: "bnode", value: written.slice(2) };
  const end = written.lastIndexOf('"');
  const literal = { type: "literal", value: unescaped(written.slice(1, end)) };
  const rest = written.slice(end + 1);
  if (rest.startsWith("@")) literal["xml:lang"] = rest.slice(1);
  if (rest.startsWith("^^")) literal.datatype = unescaped(rest.slice(3, -1));
  return literal;
}

const ESCAPES = { t: "\t", b: "\b", n: "\n", r: "\r", f: "\f" };
const unescaped = (text) => text.replace(/\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(.))/g,
  (_, four, eight, one) => (one ? ESCAPES[one] ?? one : String.fromCodePoint(parseInt(four ?? eight, 16))));

// Asks what things are called that have no name yet; without an answer they keep their IRIs.
export async function named(answer, signal) {
  const unknown = new Set();
  for (const row of answer.rows) {
    for (const value of Object.values(row)) {
      if (value.type === "uri" && !(value.value in answer.names) && unknown.size < MOST_NAMED) unknown.add(value.value);
    }
  }
  const iris = [...unknown];
  for (let at = 0; at < iris.length; at += NAMED) {
    const response = await fetch("/api/labels", {
      method: "POST", signal, headers: { "Content-Type": "application/json", Accept: "application/json" },
      body: JSON.stringify({ iris: iris.slice(at, at + NAMED) }),
    });
    if (!response.ok) return;
    Object.assign(answer.names, await response.json());
  }
}

const cut = (text, most) => (text.length > most ? `${text.slice(0, most)}…` : text);

export class Answer {
  constructor(answer, words, view) {
    Object.assign(this, { answer, words, filter: "", sorted: null, descending: false, first: 0, options: {} });
    this.view = this.views().includes(view) ? view : "table";
    this.body = element("div", { class: "view" });
  }

  views() {
    const { columns, form } = this.answer;
    return ["table", ...(columns.length ? ["chart"] : []), ...(columns.length > 1 ? ["matrix"] : []),
      ...(form === "CONSTRUCT" || form === "DESCRIBE" ? ["graph"] : [])];
  }

  // The section, to be put into the page and then rendered.
  section(loadAll) {
    const { answer, words } = this;
    const count = element("span", { class: "count" }, answer.more ? filled(words.moreThan, { rows: answer.total.toLocaleString() }) : counted(answer.total, words));
    const made = element("section", { class: "group", id: "result" }, element("h2", { id: "result-heading" }, words.answer, " ", count));
    if (!answer.rows.length) {
      made.append(element("p", { class: "gap" }, words.empty));
      return made;
    }
    made.append(this.switcher(), this.body);
    if (answer.more || answer.total > answer.rows.length) {
      const note = filled(answer.more ? words.shownMore : words.shownFirst, { shown: answer.rows.length.toLocaleString(), all: answer.total.toLocaleString() });
      made.append(element("p", { class: "note" }, note, " ", element("button", { type: "button", onclick: loadAll }, words.all)));
    }
    return made;
  }

  switcher() {
    const legend = element("legend", { class: "hidden" }, this.words.view);
    const made = element("fieldset", { class: "views" }, legend);
    for (const view of this.views()) {
      const input = element("input", { type: "radio", name: "view", value: view, checked: view === this.view,
        onchange: () => { this.view = view; this.render(); } });
      made.append(element("label", {}, input, element("span", {}, this.words[view])));
    }
    return made;
  }

  // Fills the section once it stands in the page: a drawing asks how much room there is.
  async render() {
    if (!this.answer.rows.length) return;
    this.undraw?.();
    this.undraw = undefined;
    if (this.view === "chart") this.undraw = chart(this);
    else if (this.view === "matrix") this.matrix();
    else if (this.view === "graph") {
      const { graph } = await import("./sparql-graph.js");
      if (this.view === "graph") this.undraw = await graph(this);
    } else this.table();
  }

  // What a reader sees for a term, without its language or type.
  text(value) {
    if (!value) return "";
    if (value.type === "uri") return this.answer.names[value.value]?.label ?? this.answer.names[value.value]?.name ?? value.value;
    if (value.type === "bnode") return `_:${value.value}`;
    if (value.type === "triple") return `<< ${["subject", "predicate", "object"].map((part) => this.text(value.value[part])).join(" ")} >>`;
    return value.value;
  }

  // A term as the page shows it.
  shown(value) {
    if (!value) return "";
    const known = value.type === "uri" ? this.answer.names[value.value] : null;
    const words = element("bdi", {}, cut(this.text(value), value.type === "uri" ? 300 : 1000));
    if (known?.href) {
      const elsewhere = known.href.startsWith("/") ? {} : { rel: "external noopener noreferrer" };
      return element("a", { href: known.href, title: known.label ? known.name : null, ...elsewhere }, words);
    }
    const note = value["xml:lang"] ?? (isNumber(value) ? "" : value.datatype?.replace("http://www.w3.org/2001/XMLSchema#", "xsd:"));
    if (!note) return words;
    const made = element("span", {}, words, " ", element("span", { class: "lang" }, element("bdi", {}, cut(note, 60))));
    return made;
  }

  rows() {
    const { columns, rows } = this.answer;
    const wanted = this.filter.trim().toLowerCase();
    const found = wanted ? rows.filter((row) => columns.some((column) => this.text(row[column]).toLowerCase().includes(wanted))) : [...rows];
    return this.sorted === null ? found : found.sort((one, other) => this.compared(one[this.sorted], other[this.sorted]));
  }

  compared(one, other) {
    if (!one || !other) return !one - !other;
    const numbers = isNumber(one) && isNumber(other);
    const order = numbers ? Number(one.value) - Number(other.value) : this.text(one).localeCompare(this.text(other), undefined, { numeric: true });
    return this.descending ? -order : order;
  }

  table() {
    const { words } = this;
    const status = element("span", { class: "note", role: "status" });
    const input = element("input", { type: "search", id: "filter", placeholder: words.filter, autocomplete: "off",
      oninput: () => { this.filter = input.value; this.first = 0; fill(); } });
    input.value = this.filter;
    const place = element("div");
    const turn = (by) => { this.first += by; fill(); place.querySelector(".scroll")?.focus({ preventScroll: true }); };
    const before = element("button", { type: "button", onclick: () => turn(-PAGE) }, words.previous);
    const after = element("button", { type: "button", onclick: () => turn(PAGE) }, words.next);
    const pager = element("p", { class: "actions pager" }, before, after);
    const fill = () => {
      const found = this.rows();
      const last = Math.min(this.first + PAGE, found.length);
      place.replaceChildren(this.tableOf(found.slice(this.first, last), fill));
      status.textContent = found.length
        ? filled(words.rowsOf, { first: this.first + 1, last, all: found.length.toLocaleString() }) : words.noRows;
      pager.hidden = found.length <= PAGE;
      before.disabled = this.first === 0;
      after.disabled = last >= found.length;
    };
    fill();
    const tools = element("p", { class: "tools" }, element("label", { class: "hidden", for: "filter" }, words.filter), input, " ", status);
    this.body.replaceChildren(...(this.answer.rows.length > 8 ? [tools] : []), place, pager);
  }

  tableOf(rows, again) {
    const { columns } = this.answer;
    const head = element("tr");
    columns.forEach((column, at) => {
      const isSorted = this.sorted === column;
      const sort = () => {
        this.descending = isSorted && !this.descending;
        Object.assign(this, { sorted: column, first: 0 });
        again();
        this.body.querySelectorAll("thead button")[at]?.focus();
      };
      const arrow = isSorted ? (this.descending ? " ↓" : " ↑") : "";
      const button = element("button", { type: "button", class: "plain", title: filled(this.words.sortBy, { column: cut(column, 60) }), onclick: sort },
        element("bdi", {}, cut(column, 60)), element("span", { "aria-hidden": "true" }, arrow));
      head.append(element("th", { scope: "col", "aria-sort": isSorted ? (this.descending ? "descending" : "ascending") : "none" }, button));
    });
    const body = element("tbody");
    for (const row of rows) {
      body.append(element("tr", {}, ...columns.map((column) =>
        element("td", { class: isNumber(row[column]) ? "number" : null }, this.shown(row[column])))));
    }
    return scrolled(element("table", { class: "result sortable" }, element("thead", {}, head), body));
  }

  matrix() {
    const { columns, rows } = this.answer;
    const { words } = this;
    const picked = this.options.matrix ??= { down: columns[0], across: columns[1], inside: columns[2] ? `?${columns[2]}` : "mark" };
    const pick = (name) => (value) => { picked[name] = value; this.matrix(); this.body.querySelector(`[data-pick=${name}] select`)?.focus(); };
    const names = columns.map((column) => [column, column]);
    const across = new Map();
    const down = new Map();
    for (const row of rows) {
      const [one, other] = [row[picked.down], row[picked.across]];
      if (!one || !other) continue;
      const [keyOne, keyOther] = [JSON.stringify(one), JSON.stringify(other)];
      across.set(keyOther, other);
      if (!down.has(keyOne)) down.set(keyOne, { head: one, cells: new Map() });
      const { cells } = down.get(keyOne);
      cells.set(keyOther, [...(cells.get(keyOther) ?? []), row]);
    }
    const heads = [...across].sort((one, other) => this.text(one[1]).localeCompare(this.text(other[1]))).slice(0, WIDEST);
    const lines = [...down.values()].slice(0, LONGEST);
    const table = element("table", { class: "result pivot" },
      element("thead", {}, element("tr", {}, element("th", { scope: "col" }, cut(`${picked.down} / ${picked.across}`, 80)),
        ...heads.map(([, head]) => element("th", { scope: "col" }, this.shown(head))))),
      element("tbody", {}, ...lines.map(({ head, cells }) => element("tr", {}, element("th", { scope: "row" }, this.shown(head)),
        ...heads.map(([key]) => element("td", {}, ...this.inside(cells.get(key), picked.inside)))))));
    const tool = (name, label, options) => {
      const made = choice(label, options, picked[name], pick(name));
      made.dataset.pick = name;
      return made;
    };
    const insides = [["mark", words.mark], ["count", words.count], ...columns.map((column) => [`?${column}`, column])];
    const note = across.size > WIDEST || down.size > LONGEST
      ? [element("p", { class: "note" }, filled(words.tooMany, { shown: `${lines.length} × ${heads.length}`, all: `${down.size} × ${across.size}` }))] : [];
    this.body.replaceChildren(
      element("p", { class: "tools" }, tool("down", words.down, names), tool("across", words.across, names), tool("inside", words.inside, insides)),
      scrolled(table), ...note);
  }

  inside(rows, wanted) {
    if (!rows) return [];
    if (wanted === "mark") return ["✓"];
    if (wanted === "count") return [String(rows.length)];
    const found = new Map(rows.filter((row) => row[wanted.slice(1)]).map((row) => [JSON.stringify(row[wanted.slice(1)]), row[wanted.slice(1)]]));
    return [...found.values()].slice(0, 20).flatMap((value, at) => (at ? [", ", this.shown(value)] : [this.shown(value)]));
  }
}

export const scrolled = (table) =>
  element("div", { class: "scroll", tabindex: "0", role: "group", "aria-labelledby": "result-heading" }, table);
