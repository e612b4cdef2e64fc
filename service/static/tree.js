// Trees by the tree pattern of ARIA: one stop of the Tab key, arrows, Home, End and letters; branches load when opened.
// Without JavaScript the same lists are links, and a page shows the branch that was asked for.
const items = (tree) => [...tree.querySelectorAll("[role=treeitem]")].filter((item) => !item.closest("ul[hidden]"));
const group = (item) => item.parentElement.querySelector(":scope > ul");
const parent = (item) => item.closest("ul").parentElement.querySelector(":scope > [role=treeitem]");
let number = 0;

function grown(list, level) {
  list.setAttribute("role", level === 1 ? "tree" : "group");
  const links = [...list.children].map((row) => row.querySelector(":scope > a")).filter(Boolean);
  for (const row of list.children) row.setAttribute("role", "none");
  links.forEach((item, place) => {
    item.setAttribute("role", "treeitem");
    item.setAttribute("aria-level", level);
    item.setAttribute("aria-setsize", links.length);
    item.setAttribute("aria-posinset", place + 1);
    item.tabIndex = -1;
    if (!item.dataset.children) return;
    const twisty = document.createElement("span");
    twisty.className = "twisty";
    item.prepend(twisty);
    const below = group(item);
    item.setAttribute("aria-expanded", Boolean(below));
    if (below) owned(item, below, level);
  });
}

function owned(item, below, level) {
  below.id ||= `branch-${++number}`;
  item.setAttribute("aria-owns", below.id);
  grown(below, level + 1);
}

function row(child, words) {
  const line = document.createElement("li");
  const link = document.createElement("a");
  const name = document.createElement("bdi");
  link.href = child.href;
  name.textContent = child.label;
  link.append(name);
  const add = (kind, text) => {
    const piece = document.createElement("span");
    piece.className = kind;
    piece.textContent = text;
    link.append(" ", piece);
  };
  if (child.isObsolete) add("kind", words.obsolete);
  if (child.count !== null) add("count", child.count);
  if (child.hasChildren) link.dataset.children = `/api/children?iri=${encodeURIComponent(child.iri)}`;
  line.append(link);
  return line;
}

async function load(item, words) {
  item.setAttribute("aria-busy", "true");
  try {
    const answer = await fetch(item.dataset.children);
    if (!answer.ok) throw new Error(answer.status);
    const { children, more, rest } = await answer.json();
    const below = document.createElement("ul");
    below.append(...children.map((child) => row(child, words)));
    if (more) {
      const line = document.createElement("li");
      const link = document.createElement("a");
      line.className = "note";
      link.href = rest;
      link.textContent = words.more.replace("{number}", more.toLocaleString("en"));
      line.append(link);
      below.append(line);
    }
    item.after(below);
    owned(item, below, Number(item.getAttribute("aria-level")));
  } finally {
    item.removeAttribute("aria-busy");
  }
}

async function open(item, words, status) {
  if (!item.dataset.children || item.getAttribute("aria-busy")) return;
  try {
    if (!group(item)) await load(item, words);
  } catch {
    status.textContent = words.failed;
    return;
  }
  status.textContent = "";
  group(item).hidden = false;
  item.setAttribute("aria-expanded", "true");
}

function close(item) {
  group(item).hidden = true;
  item.setAttribute("aria-expanded", "false");
}

for (const box of document.querySelectorAll("[data-tree]")) {
  const list = box.querySelector(":scope > ul");
  const words = box.dataset;
  const status = document.createElement("p");
  status.className = "note";
  status.setAttribute("role", "status");
  box.after(status);
  list.setAttribute("aria-label", words.tree);
  grown(list, 1);
  let typed = "";
  let pause;
  let here = list.querySelector("[aria-current]") ?? items(list)[0];
  if (here) {
    here.tabIndex = 0;
    box.scrollTop = here.getBoundingClientRect().top - box.getBoundingClientRect().top - box.clientHeight / 3;
  }
  const go = (item) => {
    if (!item) return;
    here.tabIndex = -1;
    here = item;
    here.tabIndex = 0;
    here.focus();
  };
  const isOpen = (item) => item.getAttribute("aria-expanded") === "true";
  const toggle = (item) => (isOpen(item) ? close(item) : open(item, words, status));
  const seek = (letter) => {
    clearTimeout(pause);
    pause = setTimeout(() => { typed = ""; }, 600);
    typed += letter.toLowerCase();
    const all = items(list);
    const from = all.indexOf(here) + (typed.length === 1 ? 1 : 0);
    go([...all.slice(from), ...all.slice(0, from)].find((item) => item.textContent.trim().toLowerCase().startsWith(typed)));
  };
  const keys = {
    ArrowDown: () => go(items(list)[items(list).indexOf(here) + 1]),
    ArrowUp: () => go(items(list)[items(list).indexOf(here) - 1]),
    Home: () => go(items(list)[0]),
    End: () => go(items(list).at(-1)),
    ArrowRight: () => {
      if (isOpen(here)) go(group(here).querySelector("[role=treeitem]"));
      else open(here, words, status);
    },
    ArrowLeft: () => (isOpen(here) ? close(here) : go(parent(here))),
    "*": () => [...here.closest("ul").children].forEach((each) => {
      const item = each.querySelector(":scope > [aria-expanded=false]");
      if (item) open(item, words, status);
    }),
    " ": () => here.click(),
  };
  list.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    if (keys[event.key]) keys[event.key]();
    else if (event.key.length === 1) seek(event.key);
    else return;
    event.preventDefault();
  });
  list.addEventListener("focusin", ({ target }) => {
    if (target === here || target.getAttribute("role") !== "treeitem") return;
    here.tabIndex = -1;
    here = target;
    here.tabIndex = 0;
  });
  list.addEventListener("click", (event) => {
    if (!event.target.classList.contains("twisty")) return;
    event.preventDefault();
    toggle(event.target.parentElement);
  });
}
