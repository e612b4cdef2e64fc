// Bars, a line or points out of two columns, drawn as SVG in the colours of the page, with the numbers as a table.
import { choice, drawing, element, filled } from "./element.js";

const MOST = { bars: 60, line: 1000, scatter: 2000 };
const NUMBER = /#(?:integer|decimal|double|float|(?:non|un)?\w*(?:Integer|Int|Long|Short|Byte|long|int|short|byte))$/;
const DATE = /#(?:date|dateTime|gYear|gYearMonth)$/;

export const isNumber = (value) => value?.type === "literal" && NUMBER.test(value.datatype ?? "") && Number.isFinite(Number(value.value));
const isDate = (value) => value?.type === "literal" && DATE.test(value.datatype ?? "");

export function chart(answer) {
  const { columns, rows } = answer.answer;
  const { words } = answer;
  const numeric = columns.filter((column) => rows.some((row) => isNumber(row[column])));
  const first = columns.find((column) => !numeric.includes(column)) ?? columns[0];
  const up = numeric.find((column) => column !== first) ?? "";
  const picked = answer.options.chart ??= { kind: numeric.length > 1 && first === columns[0] && numeric.includes(first) ? "scatter" : "bars", across: first, up };
  const place = element("div", { class: "chart" });
  const below = element("div");
  const draw = () => {
    const { points, all } = pointsOf(answer, picked);
    const name = filled(words.drawn, { up: picked.up || words.count, across: picked.across });
    place.replaceChildren(points.length ? drawn(picked.kind, points, place.clientWidth || 640, name) : element("p", { class: "gap" }, words.empty));
    below.replaceChildren(
      ...(points.length < all ? [element("p", { class: "note" }, filled(words.tooMany, { shown: points.length, all }))] : []),
      numbers(points, picked, words));
  };
  const pick = (name) => (value) => { picked[name] = value; draw(); };
  const names = columns.map((column) => [column, column]);
  answer.body.replaceChildren(
    element("p", { class: "tools" },
      choice(words.kind, [["bars", words.bars], ["line", words.line], ["scatter", words.scatter]], picked.kind, pick("kind")),
      choice(words.categories, names, picked.across, pick("across")),
      choice(words.values, [...numeric.map((column) => [column, column]), ["", words.count]], picked.up, pick("up"))),
    ...(numeric.length ? [] : [element("p", { class: "note" }, words.noNumbers)]), place, below);
  draw();
  let width = place.clientWidth;
  const watch = new ResizeObserver(() => { if (place.clientWidth !== width) { width = place.clientWidth; draw(); } });
  watch.observe(place);
  return () => watch.disconnect();
}

// What is drawn: a label, where it stands across, and its number. Without a column of numbers, rows are counted.
function pointsOf(answer, { kind, across, up }) {
  const { rows } = answer.answer;
  let found;
  if (up) {
    found = rows.filter((row) => isNumber(row[up]) && row[across]).map((row) => ({ label: answer.text(row[across]), at: row[across], value: Number(row[up].value) }));
  } else {
    const counts = new Map();
    for (const row of rows) {
      const key = JSON.stringify(row[across] ?? null);
      const known = counts.get(key) ?? { label: answer.text(row[across]) || "–", at: row[across], value: 0 };
      known.value += 1;
      counts.set(key, known);
    }
    found = [...counts.values()];
    if (kind === "bars") found.sort((one, other) => other.value - one.value);
  }
  const ordered = kind !== "bars" && found.every(({ at }) => isNumber(at) || isDate(at));
  found = found.map((point, index) => ({ ...point, x: ordered ? (isNumber(point.at) ? Number(point.at.value) : Date.parse(point.at.value)) : index, ordered }));
  if (kind === "line" && ordered) found.sort((one, other) => one.x - other.x);
  return { points: found.slice(0, MOST[kind]), all: found.length };
}

function drawn(kind, points, width, name) {
  const made = kind === "bars" ? bars(points, width) : plot(kind, points, width);
  made.setAttribute("role", "img");
  made.setAttribute("aria-label", name);
  return made;
}

const sheet = (width, height) => drawing("svg", { class: "drawing", viewBox: `0 0 ${width} ${height}`, width, height });
const said = (attributes, words) => drawing("text", attributes, words);
const short = (text, width) => { const most = Math.max(4, Math.floor(width / 7)); return text.length > most ? `${text.slice(0, most - 1)}…` : text; };
const written = (value) => Number(value.toPrecision(6)).toLocaleString(undefined, { maximumFractionDigits: 6 });

function bars(points, width) {
  const isNarrow = width < 560;
  const left = isNarrow ? 4 : Math.min(240, width * 0.36);
  const step = isNarrow ? 44 : 30;
  const most = Math.max(0, ...points.map((point) => point.value));
  const least = Math.min(0, ...points.map((point) => point.value));
  const room = width - left - 64;
  const at = (value) => left + ((value - least) / (most - least || 1)) * room;
  const made = sheet(width, points.length * step + 8);
  points.forEach((point, index) => {
    const top = index * step + (isNarrow ? 20 : 4);
    const label = isNarrow ? { x: left, y: top - 5 } : { x: left - 10, y: top + 15, "text-anchor": "end" };
    const [from, to] = [at(Math.min(0, point.value)), at(Math.max(0, point.value))];
    made.append(
      said({ class: "label", ...label }, short(point.label, isNarrow ? width - 8 : left - 14)),
      drawing("rect", { class: "bar", x: from, y: top, width: Math.max(1, to - from), height: 20, rx: 2 }, drawing("title", {}, `${point.label}: ${written(point.value)}`)),
      said({ class: "value", x: to + 6, y: top + 15 }, written(point.value)));
  });
  return made;
}

function ticks(least, most, count) {
  const span = most - least || Math.abs(most) || 1;
  const rough = span / count;
  const ten = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((each) => each * ten).find((each) => each >= rough);
  const found = [];
  for (let at = Math.ceil(least / step) * step; at <= most + step / 1e6; at += step) found.push(Number(at.toPrecision(12)));
  return found;
}

function plot(kind, points, width) {
  const height = Math.min(420, Math.max(260, width * 0.55));
  const [left, right, top, bottom] = [64, 14, 14, 46];
  const values = points.map((point) => point.value);
  const marks = ticks(Math.min(...values), Math.max(...values), 5);
  const [low, high] = [Math.min(...values, ...marks), Math.max(...values, ...marks)];
  const [from, to] = [Math.min(...points.map((point) => point.x)), Math.max(...points.map((point) => point.x))];
  const across = (x) => left + ((x - from) / (to - from || 1)) * (width - left - right);
  const up = (value) => height - bottom - ((value - low) / (high - low || 1)) * (height - top - bottom);
  const made = sheet(width, height);
  for (const mark of marks) {
    made.append(drawing("line", { class: "rule", x1: left, x2: width - right, y1: up(mark), y2: up(mark) }),
      said({ class: "label", x: left - 8, y: up(mark) + 4, "text-anchor": "end" }, written(mark)));
  }
  for (const [x, label] of ends(points, from, to, width - left - right)) {
    const anchor = x === from ? "start" : x === to ? "end" : "middle";
    made.append(said({ class: "label", x: across(x), y: height - bottom + 22, "text-anchor": anchor }, label));
  }
  if (kind === "line") made.append(drawing("polyline", { class: "stroke", points: points.map((point) => `${across(point.x)},${up(point.value)}`).join(" ") }));
  for (const point of points) {
    made.append(drawing("circle", { class: "point", cx: across(point.x), cy: up(point.value), r: points.length > 200 ? 2.5 : 4 },
      drawing("title", {}, `${point.label}: ${written(point.value)}`)));
  }
  return made;
}

// The labels below: round numbers where there are any, else as many names as there is room for.
function ends(points, from, to, room) {
  if (points[0].ordered && isNumber(points[0].at)) return ticks(from, to, Math.max(2, Math.floor(room / 110))).map((x) => [x, written(x)]);
  const most = Math.max(2, Math.floor(room / 110));
  const step = Math.max(1, Math.ceil((points.length - 1) / (most - 1)));
  return points.filter((_, index) => index % step === 0).map((point) => [point.x, short(point.label, 100)]);
}

function numbers(points, { across, up }, words) {
  const body = element("tbody");
  for (const point of points) body.append(element("tr", {}, element("th", { scope: "row" }, element("bdi", {}, point.label.slice(0, 300))), element("td", { class: "number" }, written(point.value))));
  const head = element("thead", {}, element("tr", {}, element("th", { scope: "col" }, across), element("th", { scope: "col" }, up || words.count)));
  const table = element("table", { class: "result" }, head, body);
  return element("details", { class: "steps" }, element("summary", {}, words.numbers),
    element("div", { class: "scroll", tabindex: "0", role: "group", "aria-label": words.numbers }, table));
}
