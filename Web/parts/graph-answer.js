// The answer to a graph request: what it is made of, how large it is, how long it took.

import { bdi, el, replace } from "../core/dom.js";
import { count, size } from "../core/format.js";
import { busy, nothing, problemBox } from "../core/notice.js";
import { copyButton } from "../core/recipes.js";
import { answerTree } from "./answer-tree.js";
import { download } from "./download.js";
import { pretty } from "./json-text.js";

/** Longer answers are not written out as text; they can be saved. */
const mostText = 400_000;

/** The place for answers: `{element, show(answer), explain(answer), wait(onStop), fail(problem), clear()}`. */
export function answerPane() {
  const element = el("section", { class: "answer", "aria-label": "Answer" });
  let isText = false;

  function clear() {
    replace(element, head("Answer"), nothing("Run a request, and what the server answers is shown here."));
  }

  function head(...facts) {
    return el("div", { class: "answer-head", role: "status" }, facts);
  }

  function show({ data, text, milliseconds, size: length, status }) {
    const place = el("div", { class: "answer-body" });
    const put = () => {
      tree.setAttribute("aria-pressed", String(!isText));
      plain.setAttribute("aria-pressed", String(isText));
      replace(place, isText ? textOf(data, text) : data && typeof data === "object" ? answerTree(data) : textOf(data, text));
    };
    const choose = (value) => () => {
      isText = value;
      put();
    };
    const tree = el("button", { type: "button", onclick: choose(false) }, "Tree");
    const plain = el("button", { type: "button", onclick: choose(true) }, "Text");
    const missing = errors(data);
    replace(
      element,
      head(
        el("strong", {}, "Answer"), el("span", {}, size(length)), el("span", {}, took(milliseconds)),
        status === 200 ? null : el("span", {}, `status ${status}`),
        missing.length ? el("span", { class: "wrong" }, missingText(missing.length)) : null),
      el(
        "div", { class: "buttons" }, tree, plain, copyButton(() => text),
        el("button", { type: "button", onclick: () => download(text, "answer.json", "application/json") }, "Save")),
      missing.length ? el(
        "div", { class: "problem" },
        missing.slice(0, 5).map(({ path, message }) => el("p", {}, bdi(message), el("code", {}, ` ${path}`))),
        missing.length > 5 ? el("p", {}, `and ${count(missing.length - 5)} more, as m_errors at their places`) : null) : null,
      place);
    put();
  }

  return {
    element, clear, show,
    explain({ data, milliseconds }) {
      const lines = data.m_response?.plan ?? [];
      replace(
        element, head(el("strong", {}, "What would be read"), el("span", {}, took(milliseconds))),
        el("pre", { class: "plan", tabindex: 0, "aria-label": "Plan" }, lines.join("\n")));
    },
    wait(onStop) {
      const stop = el("button", { type: "button", onclick: onStop }, "Stop");
      replace(element, head(busy("Running…")), el("div", { class: "buttons" }, stop));
    },
    fail(problem) {
      const title = problem.status ? `Refused (status ${problem.status})` : "No answer";
      replace(element, head(el("strong", {}, title)), problemBox(problem));
    },
  };
}

function missingText(number) {
  return number === 1 ? "1 part is missing" : `${count(number)} parts are missing`;
}

function took(milliseconds) {
  return `${milliseconds < 10 ? milliseconds.toFixed(1) : count(Math.round(milliseconds))} ms`;
}

function textOf(data, text) {
  if (text.length > mostText) return nothing("The answer is too long to be written out here. Save it, or look at the tree.");
  return el("pre", { tabindex: 0, "aria-label": "Answer as text" }, data === undefined ? text : pretty(data));
}

/** The `m_errors` of an answer, `[{path, message}]`. */
function errors(data) {
  const found = [];
  const walk = (value, path) => {
    if (value === null || typeof value !== "object" || found.length > 1000 || path.length > 80) return;
    if (Array.isArray(value)) {
      value.forEach((item, index) => walk(item, [...path, index]));
      return;
    }
    for (const [key, below] of Object.entries(value)) {
      if (key === "m_errors" && Array.isArray(below)) {
        const place = `/${path.join("/")}`;
        below.forEach((error) => found.push({ path: place, message: error.message ?? error.error_type ?? "An error." }));
      } else {
        walk(below, [...path, key]);
      }
    }
  };
  walk(data, []);
  return found;
}
