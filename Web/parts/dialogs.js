// Dialogs that stand before the page until they are answered.

import { el, replace } from "../core/dom.js";
import { problemBox } from "../core/notice.js";

/**
 * Asks before something is done. `content`: what the dialog says and its fields; `action`: the name of its button;
 * `perform`: does it, and may fail, which the dialog then shows; `dangerous`: it cannot be taken back.
 * Resolves to whether it was done.
 */
export function confirmed({ title, content, action, perform, dangerous = false }) {
  return new Promise((resolve) => {
    let isDone = false;
    const place = el("div");
    const act = el("button", { class: dangerous ? "dangerous" : "primary" }, action);
    const dialog = el(
      "dialog", { "aria-labelledby": "confirm-title", onclose: () => {
        dialog.remove();
        // What opened it may be gone by what was done.
        if (document.activeElement === document.body) document.getElementById("page").focus({ preventScroll: true });
        resolve(isDone);
      } },
      el(
        "form", { method: "dialog", onsubmit: async (event) => {
          event.preventDefault();
          act.disabled = true;
          try {
            await perform();
            isDone = true;
            dialog.close();
          } catch (problem) {
            replace(place, problemBox(problem));
            act.disabled = false;
            act.focus();
          }
        } },
        el("h2", { id: "confirm-title" }, title),
        content,
        place,
        el(
          "div", { class: "buttons" },
          el("button", { type: "button", autofocus: dangerous, onclick: () => dialog.close() }, "Cancel"), act)));
    document.body.append(dialog);
    dialog.showModal();
  });
}
