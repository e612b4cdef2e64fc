// The SPARQL page at work: runs queries in place, and brings editor, tabs, history, questions and answer together.
import { element, filled } from "./element.js";
import { Answer, named, ofJson, ofTriples } from "./sparql-answer.js";
import { Editor, entities } from "./sparql-editor.js";
import { Tabs, historyList } from "./sparql-tabs.js";

const LONGEST_ADDRESS = 8000;
const LONGEST_DOWNLOAD = 50_000;
const VIEW = /^[^\S\n]*#[^\S\n]*defaultView:[^\S\n]*(\w+)[^\n]*\n?/im;
const at = (id) => document.getElementById(id);
const root = at("workbench");
const words = JSON.parse(root.dataset.words);
const area = at("query");
const form = at("ask");
const told = at("told");

let running = null;
let shown = null;

const tabs = new Tabs(at("tabs"), at("panel"), words, (tab, before) => {
  if (before && before !== tab) before.state = editor.state;
  editor.state = tab.state ?? editor.stateOf(tab.text);
  area.value = tab.text;
  at("shared").hidden = true;
});

const editor = new Editor({
  parent: at("panel"), nonce: root.dataset.nonce, labelledBy: "query-label", describedBy: "keys", run,
  changed: (text) => { area.value = text; tabs.changed(text); at("shared").hidden = true; },
});

function begin() {
  const text = area.value;
  area.hidden = true;
  // The editor marks the place, so that what is said of it may stand below and move nothing.
  form.after(at("trouble"));
  for (const id of ["keys", "share", "find", "past"]) at(id).hidden = false;
  form.querySelector("kbd").hidden = false;
  at("query-label").addEventListener("click", (event) => { event.preventDefault(); editor.focus(); });
  form.noValidate = true;
  if ("asked" in root.dataset || !tabs.tabs.length) tabs.open(text);
  else tabs.select(tabs.active);
  const trouble = at("trouble").querySelector("[data-line]");
  if (trouble) editor.mark(Number(trouble.dataset.line), Number(trouble.dataset.column), trouble.querySelector("p").textContent);
  const data = at("data");
  if (data) show(JSON.parse(data.textContent), text);
  fillHistory();
}

const viewOf = (query) => VIEW.exec(query)?.[1].toLowerCase() ?? "table";

// The query with the view the reader has chosen, so that an address of it shows the same.
function withView(query) {
  if (!shown || viewOf(query) === shown.view) return query;
  const line = `#defaultView:${shown.view[0].toUpperCase()}${shown.view.slice(1)}\n`;
  return (shown.view === "table" ? "" : line) + query.replace(VIEW, "");
}

async function run() {
  const query = editor.text;
  if (!query.trim()) return;
  running?.abort();
  const mine = running = new AbortController();
  const began = performance.now();
  busy(true);
  told.textContent = words.running;
  editor.unmark();
  try {
    const answer = await fetch("/sparql", {
      method: "POST", signal: mine.signal, body: new URLSearchParams({ query }),
      headers: { Accept: "application/sparql-results+json, application/n-triples;q=0.9, application/problem+json;q=0.1" },
    });
    if (!answer.ok) await refused(answer);
    else await answered(query, answer, began, mine);
  } catch (error) {
    if (error.name === "AbortError") { if (running === mine) told.textContent = words.cancelled; }
    else told.textContent = filled(words.failed, { reason: error.message });
  } finally {
    if (running === mine) { running = null; busy(false); }
  }
}

function busy(is) {
  at("cancel").hidden = !is;
  at("answer").setAttribute("aria-busy", String(is));
}

async function answered(query, answer, began, mine) {
  const isGraph = (answer.headers.get("Content-Type") ?? "").startsWith("application/n-triples");
  const body = isGraph ? await answer.text() : await answer.json();
  const seconds = ((performance.now() - began) / 1000).toLocaleString(undefined, { maximumFractionDigits: 2 });
  at("trouble").replaceChildren();
  if (typeof body.boolean === "boolean") {
    told.textContent = filled(words.tookVerdict, { seconds });
    verdict(body.boolean, query);
    remember(query, null);
    return;
  }
  const found = isGraph ? ofTriples(body) : ofJson(body);
  await named(found, mine.signal);
  show(found, query);
  told.textContent = found.total === 1 ? filled(words.tookOne, { seconds }) : filled(words.took, { rows: found.total.toLocaleString(), seconds });
  remember(query, found.total);
}

function verdict(is, query) {
  shown = null;
  at("answer").replaceChildren(
    element("section", { class: "group", id: "result" }, element("h2", { id: "result-heading" }, words.answer), element("p", { class: "verdict" }, is ? words.yes : words.no)),
    downloads(query, ["JSON", "XML", "CSV", "TSV"]));
  code(query);
}

function show(found, query) {
  shown = new Answer(found, words, viewOf(query));
  const isGraph = found.form === "CONSTRUCT" || found.form === "DESCRIBE";
  const forms = isGraph ? ["Turtle", "N-Triples", "RDF/XML", "JSON-LD"] : ["CSV", "TSV", "JSON", "XML"];
  const again = () => { editor.text = query; run(); };
  at("answer").replaceChildren(shown.section(again), downloads(query, forms));
  shown.render();
  code(query);
}

const SUFFIXES = { Turtle: "ttl", "N-Triples": "nt", "RDF/XML": "rdf", "JSON-LD": "jsonld" };

function downloads(query, forms) {
  const made = element("p", { class: "forms" }, words.download);
  const isLong = encodeURIComponent(query).length > LONGEST_DOWNLOAD;
  for (const name of isLong ? [] : forms) {
    const parameters = new URLSearchParams({ query, format: SUFFIXES[name] ?? name.toLowerCase() });
    made.append(" ", element("a", { href: `/sparql?${parameters}`, download: `answer.${SUFFIXES[name] ?? name.toLowerCase()}` }, name));
  }
  made.hidden = isLong;
  return made;
}

function remember(query, rows) {
  const address = `/sparql?${new URLSearchParams({ query })}`;
  history.replaceState(null, "", address.length < LONGEST_ADDRESS ? address : "/sparql");
  tabs.ran(query, rows);
  fillHistory();
}

async function refused(answer) {
  const problem = await answer.json().catch(() => ({ title: answer.statusText, detail: "" }));
  told.textContent = "";
  const place = problem.line ? element("button", { type: "button", onclick: () => editor.mark(problem.line, problem.column, problem.detail) }, words.go) : null;
  at("trouble").replaceChildren(element("section", { class: "trouble" },
    element("h2", {}, problem.title ?? answer.statusText), element("p", {}, element("bdi", {}, problem.detail ?? "")), place));
  if (problem.line) editor.mark(problem.line, problem.column, problem.detail);
}

function fillHistory() {
  at("history").replaceChildren(...historyList(tabs.history, words, (query) => { tabs.open(query); run(); }));
  at("forget").hidden = !tabs.history.length;
}

async function asText(address, query) {
  const body = query === undefined ? undefined : new URLSearchParams({ query });
  const answer = await fetch(address, { method: body ? "POST" : "GET", body, headers: { Accept: "application/sparql-query, application/json;q=0.9" } });
  if (answer.ok) return answer;
  const problem = await answer.json().catch(() => ({}));
  throw new Error(problem.detail ?? answer.statusText);
}

async function layOut() {
  const text = editor.text;
  try {
    const better = await (await asText("/sparql/format", text)).text();
    if (editor.text === text) editor.text = better;
    told.textContent = better === text ? words.unchanged : words.formatted;
  } catch (error) {
    told.textContent = filled(words.failed, { reason: error.message });
  }
}

async function share() {
  const query = withView(editor.text);
  const place = at("shared");
  let note = words.linked;
  let address;
  try {
    ({ address } = await (await asText("/api/links", query)).json());
  } catch (error) {
    note = filled(words.linkedLong, { reason: error.message.replace(/\.$/, "") });
    address = `${location.origin}/sparql?${new URLSearchParams({ query })}`;
  }
  const field = element("input", { class: "iri", id: "address", type: "text", readonly: true, value: address });
  const copy = element("button", { type: "button", onclick: async () => {
    await navigator.clipboard.writeText(address);
    copy.textContent = words.copied;
  } }, words.copy);
  place.replaceChildren(element("label", { for: "address" }, note), " ", field, " ", ...(navigator.clipboard ? [copy] : []));
  place.hidden = false;
  field.focus();
  field.select();
}

let coded = null;

async function code(query) {
  at("code").hidden = false;
  if (coded === query || !at("code").open) { at("code").dataset.query = query; return; }
  coded = query;
  const found = await (await asText("/sparql/code", query)).json();
  at("snippets").replaceChildren(...found.flatMap((each) => [element("h3", {}, each.language), element("pre", { tabindex: "0" }, each.code)]));
}

async function ask(address) {
  try {
    tabs.open(await (await asText(address)).text());
    at("ask").scrollIntoView({ block: "nearest" });
    await run();
  } catch (error) {
    at("trouble").replaceChildren(element("section", { class: "trouble" }, element("p", {}, element("bdi", {}, error.message))));
    at("trouble").scrollIntoView({ block: "nearest" });
  }
}

function find(typed) {
  const wanted = typed.trim().toLowerCase().split(/\s+/);
  let some = false;
  for (const section of at("gallery").querySelectorAll(".tag")) {
    for (const item of section.querySelectorAll("li")) item.hidden = !wanted.every((word) => item.dataset.words.includes(word));
    section.hidden = !section.querySelector("li:not([hidden])");
    some ||= !section.hidden;
  }
  at("none").textContent = some ? "" : words.noQuestion;
}

let offering;

function offer(typed) {
  clearTimeout(offering);
  offering = setTimeout(async () => {
    const found = typed.trim().length > 1 ? await entities(typed) : [];
    at("things").replaceChildren(...found.map((each) => element("option", { value: each.label }, each.kind)));
  }, 120);
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  if (event.submitter === at("format")) layOut();
  else run();
});
at("cancel").addEventListener("click", () => { running?.abort(); at("run").focus(); });
at("share").addEventListener("click", share);
at("forget").addEventListener("click", () => { tabs.forget(); fillHistory(); });
at("code").addEventListener("toggle", () => { if (at("code").dataset.query) code(at("code").dataset.query); });
at("finder").addEventListener("input", (event) => find(event.target.value));
at("gallery").addEventListener("click", (event) => {
  const link = event.target.closest("a");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  ask(link.getAttribute("href"));
});
at("gallery").addEventListener("submit", (event) => {
  event.preventDefault();
  ask(`${event.target.getAttribute("action")}?${new URLSearchParams(new FormData(event.target))}`);
});
at("gallery").addEventListener("input", (event) => { if (event.target.list) offer(event.target.value); });
begin();
