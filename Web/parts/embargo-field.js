// The length of an embargo.

import { el } from "../core/dom.js";

/** A field for the months, 0 to 36. Gives `{label, input}`. */
export function embargoField(months) {
  const input = el("input", { type: "number", min: 0, max: 36, step: 1, value: String(months), required: true });
  return { label: el("label", {}, "Embargo in months (0: none)", input), input };
}
