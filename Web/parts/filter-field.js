// The filter's text: a field, and below it what is wrong with it, with the place marked.

import { append, el, replace } from "../core/dom.js";

/**
 * The field. `onInput(text)` is called while one types, `onCommit(text)` when that is done, `onEnter(text)` for that key.
 * Gives `{box, show(text), fail(problem), warn(warnings)}`: `fail` marks the place that a `FilterTextProblem` or a
 * `Problem` of the server names, `warn` tells what the server remarks; `show` takes both away.
 */
export function filterField(onInput, onCommit, onEnter = onCommit) {
  const field = el("textarea", {
    class: "code", rows: 2, spellcheck: "false", autocapitalize: "off", autocomplete: "off", id: "filter",
    "aria-describedby": "filter-said", placeholder: 'for example: elements HAS ALL "Si", "O" AND nelements = 2',
    oninput: () => { resize(); onInput(field.value); },
    onchange: () => onCommit(field.value),
    onkeydown: (event) => {
      if (event.key !== "Enter" || event.shiftKey) return;
      event.preventDefault();
      onEnter(field.value);
    },
  });
  const said = el("div", { id: "filter-said", "aria-live": "polite" });
  const box = el("div", { class: "filter" }, el("label", { for: "filter" }, "Filter (OPTIMADE)"), field, said);

  function resize() {
    field.rows = Math.min(8, Math.max(2, Math.ceil(field.value.length / 90)));
  }

  function show(text) {
    if (field.value !== text) field.value = text;
    resize();
    field.removeAttribute("aria-invalid");
    replace(said);
  }

  function fail(problem) {
    field.setAttribute("aria-invalid", "true");
    const text = field.value;
    const { message, start, end } = placed(problem, text);
    const marked = start === undefined ? [] : el(
      "pre", { class: "marked" },
      around(text.slice(0, start), true), el("mark", {}, text.slice(start, end) || " "),
      around(text.slice(end), false));
    replace(said, el("div", { class: "problem", role: "alert" }, el("p", {}, message), marked));
  }

  function warn(warnings) {
    warnings.forEach((warning) => append(said, el("p", { class: "quiet" }, warning.detail ?? warning.title)));
  }
  return { box, show, fail, warn };
}

// What stands far from the place is left out.
function around(text, isBefore) {
  const most = 120;
  if (text.length <= most) return text;
  return isBefore ? `…${text.slice(-most)}` : `${text.slice(0, most)}…`;
}

// The server counts characters as people do, from 1, in the last parentheses that say so; JavaScript counts units of
// UTF-16.
function placed(problem, text) {
  if (problem.start !== undefined) return problem;
  const { message } = problem;
  const match = [...message.matchAll(/ \((?:at characters? (\d+)(?:–(\d+))?|at the end)\)/g)].at(-1);
  if (!match) return { message };
  const units = (characters) => [...text].slice(0, characters).join("").length;
  const bare = message.slice(0, match.index) + message.slice(match.index + match[0].length);
  if (!match[1]) return { message: bare, start: text.length, end: text.length };
  return { message: bare, start: units(Number(match[1]) - 1), end: units(Number(match[2] ?? match[1])) };
}
