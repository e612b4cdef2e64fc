// The queries at hand and those that were run, kept by this browser alone.
import { counted, element } from "./element.js";

const KEY = "etiograph.sparql";
const REMEMBERED = 50;
const LONGEST = 200_000;

export function titleOf(text, otherwise) {
  const summary = /^#\+\s*summary:\s*(.+)$/m.exec(text)?.[1] ?? "";
  return summary.length > 30 ? `${summary.slice(0, 29)}…` : summary || otherwise;
}

export class Tabs {
  constructor(bar, panel, words, switched) {
    Object.assign(this, { bar, panel, words, switched });
    const kept = remembered();
    this.tabs = kept.tabs;
    this.active = this.tabs[kept.active] ?? this.tabs[0];
    this.history = kept.history;
  }

  // Shows a text: in the tab that has it already, or in a new one.
  open(text) {
    const same = this.tabs.find((tab) => tab.text.trim() === text.trim());
    if (!same) this.tabs.push({ id: this.nextId(), text });
    this.select(same ?? this.tabs.at(-1));
  }

  nextId() {
    return Math.max(0, ...this.tabs.map((tab) => tab.id)) + 1;
  }

  select(tab, withFocus = false) {
    const before = this.active;
    this.active = tab;
    this.render();
    this.save();
    this.switched(tab, before);
    if (withFocus) this.bar.querySelector("[aria-selected=true]").focus();
  }

  close() {
    const at = this.tabs.indexOf(this.active);
    this.tabs.splice(at, 1);
    if (!this.tabs.length) this.tabs.push({ id: 1, text: "" });
    this.select(this.tabs[Math.max(0, at - 1)], true);
  }

  changed(text) {
    this.active.text = text;
    const shown = this.bar.querySelector("[aria-selected=true]");
    if (shown) shown.textContent = this.title(this.active);
    clearTimeout(this.saving);
    this.saving = setTimeout(() => this.save(), 200);
  }

  ran(query, rows) {
    this.history = [{ query, rows, when: Date.now() }, ...this.history.filter((each) => each.query !== query)].slice(0, REMEMBERED);
    this.save();
  }

  forget() {
    this.history = [];
    this.save();
  }

  title(tab) {
    return titleOf(tab.text, `${this.words.query} ${tab.id}`);
  }

  render() {
    const list = element("div", { role: "tablist", "aria-label": this.words.queries, onkeydown: (event) => this.moved(event) });
    for (const tab of this.tabs) {
      const selected = tab === this.active;
      list.append(element("button", {
        type: "button", role: "tab", id: `tab-${tab.id}`, "aria-selected": String(selected), "aria-controls": this.panel.id,
        tabindex: selected ? 0 : -1, onclick: () => this.select(tab, true),
      }, this.title(tab)));
    }
    this.panel.setAttribute("role", "tabpanel");
    this.panel.setAttribute("aria-labelledby", `tab-${this.active.id}`);
    this.bar.replaceChildren(
      list,
      element("button", { type: "button", class: "plain", "aria-label": this.words.newTab, title: this.words.newTab,
        onclick: () => { this.tabs.push({ id: this.nextId(), text: "" }); this.select(this.tabs.at(-1), true); } }, "+"),
      element("button", { type: "button", class: "plain", "aria-label": this.words.closeTab, title: this.words.closeTab,
        onclick: () => this.close() }, "×"),
    );
    this.bar.hidden = false;
  }

  moved(event) {
    const at = this.tabs.indexOf(this.active);
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: this.tabs.length - 1 }[event.key];
    if (event.key === "Delete") this.close();
    else if (to === undefined) return;
    else this.select(this.tabs.at(to % this.tabs.length), true);
    event.preventDefault();
  }

  save() {
    const tabs = this.tabs.map(({ id, text }) => ({ id, text }));
    try {
      localStorage.setItem(KEY, JSON.stringify({ tabs, active: this.tabs.indexOf(this.active), history: this.history }));
    } catch {
      // Full, or forbidden: the queries last as long as the page.
    }
  }
}

function remembered() {
  let kept = {};
  try {
    kept = JSON.parse(localStorage.getItem(KEY)) ?? {};
  } catch {
    // Forbidden, or not ours: begin afresh.
  }
  const isText = (text) => typeof text === "string" && text.length <= LONGEST;
  const tabs = (Array.isArray(kept.tabs) ? kept.tabs : []).filter((tab) => isText(tab?.text) && Number.isInteger(tab.id));
  const history = (Array.isArray(kept.history) ? kept.history : []).filter((each) => isText(each?.query));
  return { tabs, history, active: Number.isInteger(kept.active) ? kept.active : 0 };
}

export function historyList(history, words, open) {
  if (!history.length) return [element("li", { class: "gap" }, words.forgotten)];
  return history.map(({ query, rows, when }) => {
    const first = titleOf(query, query.replace(/^\s*(?:#|PREFIX|BASE)[^\n]*$/gim, "").trim().replace(/\s+/g, " ").slice(0, 70));
    const told = [new Date(when).toLocaleString(), Number.isInteger(rows) ? counted(rows, words) : ""];
    return element("li", {}, element("button", { type: "button", class: "plain", onclick: () => open(query) }, element("bdi", {}, first)),
      " ", element("span", { class: "note" }, told.filter(Boolean).join(" · ")));
  });
}
