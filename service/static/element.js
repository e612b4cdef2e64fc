// Makes elements without markup: what comes from the graph can only ever become text.
export function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
    else if (value === true) made.setAttribute(name, "");
    else if (value !== false && value !== null && value !== undefined) made.setAttribute(name, value);
  }
  made.append(...children.filter((child) => child !== null && child !== undefined));
  return made;
}

export function drawing(tag, attributes = {}, ...children) {
  const made = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children);
  return made;
}

// "%(rows)s rows" and {rows: 3} make "3 rows".
export const filled = (message, values) => message.replace(/%\((\w+)\)s/g, (_, name) => values[name]);

export function choice(label, options, value, onchange) {
  const select = element("select", { onchange: () => onchange(select.value) });
  for (const [key, words] of options) select.append(element("option", { value: key, selected: key === value }, words));
  return element("label", { class: "choice" }, label, " ", select);
}

export const counted = (number, words) => (number === 1 ? words.row : filled(words.rows, { rows: number.toLocaleString() }));
