// Choosing rows of a table.

import { el } from "../core/dom.js";

/**
 * Boxes for rows with these ids, and one for all of them; `name(id)` says what a box is for.
 * Gives `{box(id), all, ids()}`.
 */
export function selection(ids, name) {
  const boxes = new Map(ids.map((id) => [
    id, el("input", { type: "checkbox", "aria-label": `Choose ${name(id)}`, onchange: () => update() })]));
  const all = el("input", { type: "checkbox", "aria-label": "Choose all of this page", onchange: () => {
    boxes.forEach((box) => { box.checked = all.checked; });
  } });
  const chosen = () => ids.filter((id) => boxes.get(id).checked);
  const update = () => {
    const number = chosen().length;
    all.checked = number === ids.length;
    all.indeterminate = number > 0 && number < ids.length;
  };
  return { box: (id) => boxes.get(id), all, ids: chosen };
}
