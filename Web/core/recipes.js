// "The same elsewhere": how to get what a view shows with curl, Python or another client.

import { el, replace } from "./dom.js";

/**
 * A box that folds out, with one tab for each recipe: `{name: text or function that gives it}`. What a function gives is
 * made when it is looked at.
 */
export function recipes(texts) {
  const output = el("pre", { class: "recipe", tabindex: 0, "aria-label": "Command" });
  const tabs = Object.entries(texts).map(([name, text]) =>
    el("button", { type: "button", "aria-pressed": "false", onclick: (event) => select(event.currentTarget, text) }, name));
  const select = (tab, text) => {
    tabs.forEach((other) => other.setAttribute("aria-pressed", String(other === tab)));
    output.textContent = typeof text === "function" ? text() : text;
  };
  const box = el(
    "details", { class: "recipes", ontoggle: () => box.open && select(tabs[0], Object.values(texts)[0]) },
    el("summary", {}, "The same elsewhere"),
    el("div", { class: "buttons" }, tabs, copyButton(() => output.textContent)),
    output);
  return box;
}

/** A button that copies what `text` gives. */
export function copyButton(text, label = "Copy") {
  const said = el("button", { type: "button", onclick: async () => {
    // Browsers refuse it on pages that came without encryption from elsewhere.
    const isCopied = await navigator.clipboard?.writeText(text()).then(() => true, () => false);
    replace(said, isCopied ? "Copied" : "The browser does not allow it");
    setTimeout(() => replace(said, label), 1500);
  } }, label);
  return said;
}

/** A shell word. */
export function quoted(text) {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
