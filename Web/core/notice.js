// What is said besides the data: errors, and that something takes its time.

import { bdi, el } from "./dom.js";

/** An error, with all the parts that the server names, and their places. */
export function problemBox(error) {
  const parts = error.parts ?? [{ detail: error.message ?? String(error) }];
  return el(
    "div", { class: "problem", role: "alert" },
    parts.map((part) =>
      el(
        "p", {},
        part.title && part.title !== part.detail ? el("strong", {}, bdi(part.title), ": ") : null,
        part.detail ? bdi(part.detail) : null,
        part.pointer ? el("code", {}, ` ${part.pointer}`) : null)));
}

/** A line that says that something is being done. */
export function busy(text = "Reading…") {
  return el("p", { class: "busy", role: "status" }, text);
}

/** A line where there is nothing to show. */
export function nothing(...text) {
  return el("p", { class: "nothing" }, text);
}
