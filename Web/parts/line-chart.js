// A figure over time, as a line.

import { el, replace, svg } from "../core/dom.js";

const width = 300, height = 72;
/** Milliseconds that the line has room for at least. */
const shortest = 30_000;

/**
 * A chart called `title`. `format(value)` writes a value. `update(points)` shows `points`, `{time, value}` in the order of
 * time; where a value is absent the line has a gap. `span`: the milliseconds that fit in at most.
 * Gives `{element, update}`.
 */
export function lineChart({ title, help, format, span }) {
  const now = el("span", { class: "now" });
  const most = el("span");
  const past = el("span");
  const drawing = el("div", { class: "drawing" });
  const element = el(
    "figure", { class: "chart", title: help }, el("figcaption", {}, title, now), drawing,
    el("p", { class: "scale quiet" }, most, past));
  const update = (points) => {
    const known = points.filter((point) => point.value !== undefined);
    const last = points.at(-1);
    const top = Math.max(...known.map((point) => point.value), 0);
    const said = known.length ? format(known.at(-1).value) : "–";
    now.textContent = said;
    most.textContent = known.length ? `at most ${format(top)}` : "";
    const shown = Math.min(span, Math.max(shortest, points.length ? last.time - points[0].time : 0));
    past.textContent = shown < 120_000 ? `last ${Math.round(shown / 1000)} s` : `last ${Math.round(shown / 60_000)} min`;
    const x = (point) => width - ((last.time - point.time) / shown) * width;
    const y = (point) => height - 2 - (top ? point.value / top : 0) * (height - 6);
    replace(
      drawing,
      svg(
        "svg", {
          viewBox: `0 0 ${width} ${height}`, preserveAspectRatio: "none", role: "img",
          "aria-label": `${title}: now ${said}, ${most.textContent}`,
        },
        svg("line", { class: "base", x1: 0, x2: width, y1: height - 1, y2: height - 1 }),
        stretches(points).map((stretch) => {
          // A point between gaps is a line without length, which is shown as a dot.
          const ends = stretch.length > 1 ? stretch : [stretch[0], stretch[0]];
          const line = ends.map((point) => `${x(point).toFixed(1)},${y(point).toFixed(1)}`).join(" ");
          const [first, end] = [x(stretch[0]).toFixed(1), x(stretch.at(-1)).toFixed(1)];
          return [
            svg("polygon", { class: "area", points: `${first},${height - 1} ${line} ${end},${height - 1}` }),
            svg("polyline", { class: stretch.length > 1 ? "line" : "line dot", points: line }),
          ];
        })));
  };
  return { element, update };
}

// The points between the gaps.
function stretches(points) {
  const all = [[]];
  for (const point of points) {
    if (point.value === undefined) all.push([]);
    else all.at(-1).push(point);
  }
  return all.filter((stretch) => stretch.length > 0);
}
