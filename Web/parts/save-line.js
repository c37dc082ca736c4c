// The end of a form: its button, and what came of it.

import { el, replace } from "../core/dom.js";
import { problemBox } from "../core/notice.js";

/**
 * `element` is the line, `during(work)` runs what the form is for: the button cannot be pressed meanwhile, and it is
 * said how it ended.
 */
export function saveLine(label, done = "Saved.") {
  const button = el("button", { class: "primary" }, label);
  const place = el("div", { "aria-live": "polite" });
  const during = async (work) => {
    button.disabled = true;
    replace(place);
    try {
      await work();
      replace(place, el("p", {}, done));
    } catch (problem) {
      replace(place, problemBox(problem));
    } finally {
      button.disabled = false;
    }
  };
  return { element: el("div", {}, place, el("div", { class: "buttons" }, button)), during };
}
