// Suggestions under every search box, by the combobox pattern of ARIA 1.2 with a list that is chosen from by hand.
// Without JavaScript, and where no suggestion is chosen, the form is sent as it is.
const PAUSE = 90; // milliseconds without a key before the server is asked

for (const form of document.querySelectorAll("form[data-complete]")) {
  const box = form.querySelector("input[type=search]");
  if (box) suggest(form, box);
}

function suggest(form, box) {
  const list = document.createElement("ul");
  const said = document.createElement("span");
  let chosen = -1;
  let waiting = 0;
  let asking = null;

  list.id = `${box.id}-suggestions`;
  list.className = "suggestions";
  list.hidden = true;
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", form.dataset.list);
  said.className = "hidden";
  said.setAttribute("role", "status");
  form.append(list, said);
  const attributes = { role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": list.id };
  for (const [name, value] of Object.entries(attributes)) box.setAttribute(name, value);

  const options = () => [...list.children];

  function close() {
    clearTimeout(waiting);
    asking?.abort();
    list.hidden = true;
    list.replaceChildren();
    said.textContent = "";
    choose(-1);
    box.setAttribute("aria-expanded", "false");
  }

  function choose(place) {
    chosen = place;
    options().forEach((option, number) => option.setAttribute("aria-selected", String(number === place)));
    const option = options()[place];
    if (option) {
      box.setAttribute("aria-activedescendant", option.id);
      option.scrollIntoView({ block: "nearest" });
    } else {
      box.removeAttribute("aria-activedescendant");
    }
  }

  function piece(name, words) {
    const span = document.createElement("span");
    span.className = name;
    const apart = document.createElement("bdi");
    apart.textContent = words.length > 120 ? `${words.slice(0, 120)}…` : words;
    span.append(apart);
    return span;
  }

  function option(hit, number) {
    const item = document.createElement("li");
    item.id = `${list.id}-${number}`;
    item.setAttribute("role", "option");
    item.setAttribute("aria-selected", "false");
    item.dataset.page = hit.page;
    item.append(piece("name", hit.label));
    if (hit.type) item.append(" ", piece("kind", hit.obsolete ? `${hit.type}, ${form.dataset.obsolete}` : hit.type));
    if (hit.matched) item.append(" ", piece("matched", hit.matched));
    return item;
  }

  function show(hits) {
    list.replaceChildren(...hits.map(option));
    list.hidden = hits.length === 0;
    box.setAttribute("aria-expanded", String(hits.length > 0));
    const words = { 0: form.dataset.none, 1: form.dataset.one }[hits.length] ?? form.dataset.many;
    said.textContent = words.replace("{number}", hits.length);
    choose(-1);
  }

  async function ask() {
    const words = box.value.trim();
    if (!words) return close();
    asking?.abort();
    asking = new AbortController();
    try {
      const answer = await fetch(`${form.dataset.complete}?${new URLSearchParams({ q: words })}`, {
        signal: asking.signal,
        headers: { Accept: "application/json" },
      });
      if (answer.ok && document.activeElement === box) show((await answer.json()).hits.filter((hit) => hit.page));
    } catch (error) {
      if (error.name !== "AbortError") close(); // the search itself still works
    }
  }

  box.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(ask, PAUSE);
  });
  box.addEventListener("blur", close);
  box.addEventListener("keydown", (event) => {
    const count = options().length;
    if (event.isComposing) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (!count) ask();
      else if (event.key === "ArrowDown") choose(chosen + 1 < count ? chosen + 1 : -1);
      else choose(chosen === -1 ? count - 1 : chosen - 1);
    } else if (event.key === "Enter" && chosen >= 0) {
      event.preventDefault();
      location.assign(options()[chosen].dataset.page);
    } else if (event.key === "Escape" && count) {
      event.preventDefault();
      close();
    }
  });
  list.addEventListener("pointerdown", (event) => event.preventDefault()); // the box keeps the focus
  list.addEventListener("click", (event) => {
    const item = event.target.closest("[role=option]");
    if (item) location.assign(item.dataset.page);
  });
}
