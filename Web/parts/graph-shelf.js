// Requests to take: the documentation's examples, those that were run, those that were given a name.

import { el, replace } from "../core/dom.js";
import { busy, nothing, problemBox } from "../core/notice.js";
import { columnsThatFit } from "./code-editor.js";
import { examples } from "./graph-examples.js";
import { forget, forgetHistory, history, save, saves } from "./graph-saves.js";
import { pretty } from "./json-text.js";

/** The shelf: `{element, update}`. `onTake(text)` gets the request that is chosen, `current()` gives what would be saved. */
export function graphShelf({ onTake, current }) {
  const place = el("div", { class: "shelf-body" });
  const views = { Examples: showExamples, History: showHistory, Saved: showSaved };
  const tabs = Object.keys(views).map((name) =>
    el("button", { type: "button", "aria-pressed": "false", onclick: () => select(name) }, name));
  const element = el(
    "section", { class: "shelf", "aria-label": "Requests to take" }, el("div", { class: "buttons" }, tabs), place);
  let shown = "Examples";

  function select(name) {
    shown = name;
    tabs.forEach((tab) => tab.setAttribute("aria-pressed", String(tab.textContent === name)));
    views[name]();
  }

  async function showExamples() {
    replace(place, busy("Looking for entries…"));
    let content;
    try {
      content = el("ul", {}, (await examples()).map(({ title, request }) => item(title, pretty(request, columnsThatFit()))));
    } catch (error) {
      content = problemBox(error);
    }
    if (shown === "Examples") replace(place, content);
  }

  function showHistory() {
    const all = history();
    replace(place, all.length === 0 ? nothing("What you run is kept here, in this browser only.") : [
      el("ul", {}, all.map(({ text, time }) => item(brief(text), text, new Date(time).toLocaleString()))),
      el("button", { type: "button", onclick: () => {
        forgetHistory();
        showHistory();
      } }, "Forget all"),
    ]);
  }

  function showSaved() {
    const name = el("input", { required: true, maxlength: 100, name: "name" });
    const said = el("p", { class: "quiet", role: "status" });
    const form = el(
      "form", { class: "buttons", onsubmit: (event) => {
        event.preventDefault();
        if (!save(name.value.trim(), current())) replace(said, "The browser keeps nothing for this page.");
        else showSaved();
      } },
      el("label", {}, "Name of the request in the editor", name), el("button", {}, "Save"));
    const all = saves();
    replace(
      place, form, said,
      all.length === 0
        ? nothing("Requests that you give a name are kept here, in this browser only.")
        : el("ul", {}, all.map((one) => el("li", {}, take(one.name, one.text), forgetButton(one.name)))));
  }

  function forgetButton(name) {
    return el("button", { type: "button", "aria-label": `Forget ${name}`, onclick: () => {
      forget(name);
      showSaved();
      tabs[2].focus();
    } }, "Forget");
  }

  function item(title, text, detail) {
    return el("li", {}, take(title, text), detail ? el("span", { class: "quiet" }, detail) : null);
  }

  function take(title, text) {
    return el("button", { type: "button", class: "take", onclick: () => onTake(text) }, title);
  }

  select("Examples");
  return { element, update: () => shown === "History" && showHistory() };
}

function brief(text) {
  const flat = text.replaceAll(/\s+/g, " ");
  return flat.length > 90 ? `${flat.slice(0, 90)}…` : flat;
}
