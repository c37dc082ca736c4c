// A list of numbers as a line.

import { bdi, el, svg } from "../core/dom.js";
import { number } from "../core/format.js";

const width = 640, height = 220, left = 64, right = 8, top = 10, bottom = 26;
// More points than this are drawn as the range that they cover, column by column.
const columns = 560;

/** A drawing of `values` (numbers; others are gaps) over their index; `unit` is that of the values. */
export function plot(values, { label, unit }) {
  let low = Infinity, high = -Infinity;
  for (const value of values) {
    if (!Number.isFinite(value)) continue;
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  if (low > high) return null;
  // In halves, as the whole may be more than a number can hold.
  const half = high / 2 - low / 2;
  const span = half || Math.abs(high) || 1;
  const x = (index) => left + (index / Math.max(1, values.length - 1)) * (width - left - right);
  const y = (value) => height - bottom - ((value / 2 - low / 2 + (half ? 0 : span / 2)) / span) * (height - top - bottom);
  const text = `${values.length} values from ${number(low, 4)} to ${number(high, 4)}${unit ? ` ${unit}` : ""}`;
  const ticks = [low, low / 2 + high / 2, high].filter((value, index, all) => all.indexOf(value) === index);
  return el(
    "figure", { class: "plot" },
    svg(
      "svg", { viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": `${label}: ${text}` },
      ticks.map((value) => [
        svg("line", { class: "plot-grid", x1: left, x2: width - right, y1: y(value), y2: y(value) }),
        svg("text", { x: left - 6, y: y(value) + 4, "text-anchor": "end" }, number(value, 4)),
      ]),
      [0, values.length - 1].filter((index, place, all) => all.indexOf(index) === place).map((index) =>
        svg("text", { x: x(index), y: height - 8, "text-anchor": index ? "end" : "start" }, String(index))),
      svg("path", { class: "plot-line", d: path(values, x, y) }),
      values.length <= 60
        ? values.map((value, index) =>
          Number.isFinite(value) ? svg("circle", { class: "plot-point", cx: x(index), cy: y(value), r: 2.5 }) : null)
        : null),
    el("figcaption", { class: "quiet" }, bdi(label), `: ${text}`));
}

function path(values, x, y) {
  const place = (index, value) => `${x(index).toFixed(1)} ${y(value).toFixed(1)}`;
  let text = "", isPenUp = true;
  const step = Math.max(1, Math.ceil(values.length / columns));
  for (let index = 0; index < values.length; index += step) {
    const seen = values.slice(index, index + step).filter(Number.isFinite);
    if (seen.length === 0) {
      isPenUp = true;
      continue;
    }
    const marks = step === 1 ? seen : [Math.min(...seen), Math.max(...seen)];
    for (const mark of marks) {
      text += `${isPenUp ? "M" : "L"}${place(index, mark)}`;
      isPenUp = false;
    }
  }
  return text;
}
