// cytoscape with dagre's layout: `const { default: cytoscape } = await import("/static/vendor/cytoscape.js")`.
import cytoscape from "cytoscape";
import dagre from "cytoscape-dagre";

cytoscape.use(dagre);

// cytoscape puts one rule into a style element, which the policy of the pages forbids, unless an element of this id is
// there already. The rule, position: relative for its container, is the stylesheet's to give.
export default function drawn(options) {
  const id = "__________cytoscape_stylesheet";
  if (!document.getElementById(id)) {
    const present = document.createElement("meta");
    present.id = id;
    document.head.append(present);
  }
  return cytoscape(options);
}
