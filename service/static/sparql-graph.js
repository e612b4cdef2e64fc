// A graph as a picture: at most 200 things, laid out in layers. The table says the same and is the way by keyboard.
import { element, filled } from "./element.js";

const MOST = 200;
const NAMES = new Set(["http://www.w3.org/2000/01/rdf-schema#label", "http://www.w3.org/2004/02/skos/core#prefLabel"]);

export async function graph(answer) {
  const { words } = answer;
  const { default: cytoscape } = await import("./vendor/cytoscape.js");
  const { nodes, edges, all } = elementsOf(answer);
  const note = all > nodes.length ? filled(words.nodesCut, { nodes: nodes.length, all }) : filled(words.nodes, { nodes: nodes.length, edges: edges.length });
  const place = element("div", { class: "network", role: "img", "aria-label": note });
  let drawn;
  const zoom = (by) => drawn.zoom({ level: drawn.zoom() * by, renderedPosition: { x: place.clientWidth / 2, y: place.clientHeight / 2 } });
  const button = (words_, by) => element("button", { type: "button", onclick: () => zoom(by) }, words_);
  answer.body.replaceChildren(place, element("p", { class: "tools" }, button(words.larger, 1.3), button(words.smaller, 1 / 1.3), element("span", { class: "note" }, note)));
  const draw = () => {
    drawn?.destroy();
    drawn = cytoscape({
      container: place, elements: { nodes, edges }, style: styles(), minZoom: 0.1, maxZoom: 3, boxSelectionEnabled: false, userZoomingEnabled: false,
    });
    lie(drawn);
    drawn.on("tap", "node", (event) => { const href = event.target.data("href"); if (href) location.assign(href); });
  };
  draw();
  const scheme = matchMedia("(prefers-color-scheme: dark)");
  scheme.addEventListener("change", draw);
  return () => { scheme.removeEventListener("change", draw); drawn.destroy(); };
}

// Layers from left to right or from top to bottom, whichever has more room; never so small that nothing can be read.
function lie(drawn) {
  const zooms = ["TB", "LR"].map((rankDir) => {
    drawn.layout({ name: "dagre", rankDir, nodeSep: 18, rankSep: 70, fit: true, padding: 16 }).run();
    return drawn.zoom();
  });
  if (zooms[0] > zooms[1]) drawn.layout({ name: "dagre", rankDir: "TB", nodeSep: 18, rankSep: 70, fit: true, padding: 16 }).run();
  if (drawn.zoom() > 1.2) drawn.zoom(1.2);
  if (drawn.zoom() < 0.6) drawn.zoom(0.75);
  drawn.center();
}

function elementsOf(answer) {
  const { rows, names } = answer.answer;
  const called = new Map(rows.filter((row) => NAMES.has(row.predicate?.value) && row.object?.type === "literal").map((row) => [row.subject.value, row.object.value]));
  const nodes = new Map();
  const edges = [];
  const all = new Set();
  const node = (value) => {
    const key = JSON.stringify(value);
    all.add(key);
    if (!nodes.has(key) && nodes.size < MOST) {
      const label = called.get(value.value) ?? answer.text(value);
      const href = value.type === "uri" ? names[value.value]?.href : null;
      nodes.set(key, { data: { id: `n${nodes.size}`, label: label.length > 48 ? `${label.slice(0, 47)}…` : label, href }, classes: value.type });
    }
    return nodes.get(key)?.data.id;
  };
  for (const row of rows) {
    if (!row.subject || !row.predicate || !row.object || (NAMES.has(row.predicate.value) && row.object.type === "literal")) continue;
    const [source, target] = [node(row.subject), node(row.object)];
    if (source && target) edges.push({ data: { id: `e${edges.length}`, source, target, label: answer.text(row.predicate) } });
  }
  return { nodes: [...nodes.values()], edges, all: all.size };
}

function styles() {
  const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
  const font = getComputedStyle(document.body).fontFamily;
  return [
    { selector: "node", style: { label: "data(label)", shape: "round-rectangle", width: 150, height: 38, "background-color": colour("accent-soft"),
      "border-width": 1, "border-color": colour("accent"), color: colour("ink"), "font-family": font, "font-size": 12, "text-wrap": "wrap",
      "text-max-width": 138, "text-valign": "center", "text-halign": "center" } },
    { selector: "node.literal", style: { shape: "rectangle", "background-color": colour("raised"), "border-color": colour("line") } },
    { selector: "node.bnode", style: { "border-style": "dashed" } },
    { selector: "edge", style: { label: "data(label)", width: 1.2, "line-color": colour("strong-line"), "target-arrow-color": colour("strong-line"), "target-arrow-shape": "triangle",
      "curve-style": "bezier", color: colour("muted"), "font-family": font, "font-size": 10, "text-background-color": colour("paper"), "text-background-opacity": 1,
      "text-background-padding": 2 } },
  ];
}
