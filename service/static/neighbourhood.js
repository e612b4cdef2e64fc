// The picture to explore: on demand, what stands around a thing, and around whatever is chosen in it.
const box = document.querySelector(".explore");
const MOST = 200;

const styles = () => {
  const value = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  return [
    { selector: "node", style: { shape: "round-rectangle", label: "data(label)", width: 130, height: 46, "text-valign": "center",
      "text-wrap": "wrap", "text-max-width": 118, "font-size": 11, color: value("--ink"), "background-color": value("--raised"),
      "border-width": 1.2, "border-color": value("--strong-line") } },
    { selector: "node[?asked]", style: { "background-color": value("--accent-soft"), "border-color": value("--accent") } },
    { selector: "node.chosen", style: { "border-width": 4, "border-color": value("--accent") } },
    { selector: "edge", style: { "curve-style": "bezier", "target-arrow-shape": "triangle", width: 1.5, label: "data(label)", "font-size": 9,
      "text-rotation": "autorotate", color: value("--ink"), "text-background-color": value("--raised"), "text-background-opacity": 1, "text-background-padding": 2,
      "line-color": value("--strong-line"), "target-arrow-color": value("--strong-line") } },
    ...["cause", "people", "test", "lookalike", "picture", "care"].map((family) => ({ selector: `edge[family = "${family}"]`,
      style: { "line-color": value(`--${family}-line`), "target-arrow-color": value(`--${family}-line`) } })),
    { selector: 'edge[style = "inferred"], edge[style = "automatic"]', style: { "line-style": "dotted" } },
    { selector: 'edge[style = "denied"]', style: { "line-style": "dashed" } },
  ];
};

async function explore() {
  const { module, neighbourhood, iri, help, full, count, failed, label } = box.dataset;
  const status = document.createElement("p");
  status.className = "note";
  status.setAttribute("role", "status");
  const canvas = document.createElement("div");
  canvas.className = "canvas";
  canvas.tabIndex = 0;
  canvas.setAttribute("role", "application");
  canvas.setAttribute("aria-label", label);
  box.append(canvas, status);
  let picture;
  const asked = new Set();
  const say = (more = "") => {
    status.textContent = [more, count.replace("{number}", picture.nodes().length), help].filter(Boolean).join(" · ");
  };
  const choose = (node) => {
    picture.nodes().removeClass("chosen");
    node.addClass("chosen");
    const { x1, x2, y1, y2 } = picture.extent();
    const { x, y } = node.position();
    const isStill = matchMedia("(prefers-reduced-motion: reduce)").matches;
    if (x < x1 || x > x2 || y < y1 || y > y2) picture.animate({ center: { eles: node }, duration: isStill ? 0 : 200 });
    say(node.data("label"));
  };
  const expand = async (of) => {
    if (asked.has(of)) return;
    asked.add(of);
    const answer = await fetch(`${neighbourhood}?iri=${encodeURIComponent(of)}`);
    if (!answer.ok) throw new Error(answer.status);
    const found = await answer.json();
    let isFull = found.isCut;
    for (const thing of found.things) {
      if (picture.getElementById(thing.iri).nonempty()) continue;
      if (picture.nodes().length >= MOST) { isFull = true; break; }
      picture.add({ data: { id: thing.iri, label: thing.label.slice(0, 70), page: thing.page, asked: thing.iri === of } });
    }
    picture.getElementById(of).data("asked", true);
    for (const { statement, subject, object, words, style, family } of found.relations) {
      const ends = [subject, object, statement].map((each) => picture.getElementById(each));
      if (ends[0].nonempty() && ends[1].nonempty() && ends[2].empty()) {
        picture.add({ data: { id: statement, source: subject, target: object, label: words, style, family } });
      }
    }
    picture.layout({ name: "dagre", rankDir: "LR", nodeSep: 14, rankSep: 90, animate: false, fit: true, padding: 20 }).run();
    choose(picture.getElementById(of));
    if (isFull) say(full);
  };
  const trouble = () => { status.textContent = failed; };
  const nearest = (from, key) => {
    const [across, along] = { ArrowRight: ["x", 1], ArrowLeft: ["x", -1], ArrowDown: ["y", 1], ArrowUp: ["y", -1] }[key];
    const other = across === "x" ? "y" : "x";
    const here = from.position();
    const cost = (node) => (node.position(across) - here[across]) * along + 2 * Math.abs(node.position(other) - here[other]);
    const ahead = picture.nodes().filter((node) => (node.position(across) - here[across]) * along > 1);
    return ahead.nonempty() ? ahead.min(cost).ele : null;
  };

  try {
    const { default: cytoscape } = await import(module);
    picture = cytoscape({ container: canvas, style: styles(), minZoom: 0.15, maxZoom: 2.5 });
    await expand(iri);
  } catch {
    return trouble();
  }
  picture.on("tap", "node", ({ target }) => expand(target.id()).then(() => choose(target), trouble));
  canvas.addEventListener("keydown", (event) => {
    const chosen = picture.nodes(".chosen").first();
    if (event.ctrlKey || event.altKey || event.metaKey || chosen.empty()) return;
    if (event.key.startsWith("Arrow")) {
      const next = nearest(chosen, event.key);
      if (next) choose(next);
    } else if (event.key === "Enter") expand(chosen.id()).catch(trouble);
    else if (event.key.toLowerCase() === "o" && chosen.data("page")) location.assign(chosen.data("page"));
    else return;
    event.preventDefault();
  });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => picture.style(styles()));
  canvas.focus();
}

if (box) {
  box.hidden = false;
  box.querySelector("button").addEventListener("click", ({ currentTarget }) => {
    currentTarget.remove();
    explore();
  });
}
