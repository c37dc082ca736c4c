// JSON that one can fold: a level is made when it is opened, so that large answers cost only what is looked at.

import { view } from "../core/address.js";
import { append, bdi, el } from "../core/dom.js";
import { count } from "../core/format.js";
import { oneLine } from "./json-text.js";

const step = 100, longText = 400, longestLine = 90;
/** Lines that are open at first, about as many as fit a screen. */
const firstLines = 40;

/** The tree of `value`; the first levels are open as far as they are short. */
export function answerTree(value) {
  return el("ul", { class: "tree" }, children(value, { isTop: true, below: { lines: firstLines } }));
}

function children(value, budget) {
  const isList = Array.isArray(value);
  const keys = isList ? value.map((_, index) => index) : Object.keys(value);
  if (keys.length === 0) return [el("li", { class: "quiet" }, isList ? "nothing in this list" : "nothing in here")];
  return part(value, keys, 0, budget);
}

function part(value, keys, from, budget) {
  const shown = keys.slice(from, from + step);
  const items = shown.map((key) => line(key, value[key], budget, Array.isArray(value)));
  const left = keys.length - from - shown.length;
  if (left > 0) {
    const more = el("li", {}, el("button", { type: "button", class: "more", onclick: () => {
      const added = part(value, keys, from + step);
      more.replaceWith(...added);
      added[0].querySelector("summary, button, a")?.focus();
    } }, `${count(Math.min(step, left))} more of ${count(keys.length)}`));
    items.push(more);
  }
  return items;
}

function line(key, value, budget, isPosition) {
  const name = bdi(String(key), { class: isPosition ? "position" : "key" });
  if (value === null || typeof value !== "object") return el("li", {}, name, ": ", scalar(key, value));
  const flat = short(value);
  if (flat !== undefined) return el("li", {}, name, ": ", el("span", { class: "word" }, flat));
  const size = Array.isArray(value) ? value.length : Object.keys(value).length;
  // What is at the top is open whatever it has; `below` is what is left of the lines for the rest.
  const left = budget?.isTop ? budget.below : budget;
  const isOpen = left !== undefined && (Boolean(budget.isTop) || size <= left.lines);
  if (isOpen) left.lines -= size;
  const list = el("ul", {});
  let isMade = false;
  const make = (inner) => {
    if (isMade) return;
    isMade = true;
    append(list, children(value, inner));
  };
  if (isOpen) make(left);
  const folding = el(
    "details", { open: isOpen, ontoggle: () => folding.open && make({ lines: 10 }) },
    el(
      "summary", { class: key === "m_errors" ? "wrong" : null },
      name, " ", el("span", { class: Array.isArray(value) ? "quiet" : "quiet brief" }, summary(value, size))),
    list);
  return el("li", {}, folding);
}

// A list of few plain values is easier to read on one line.
function short(value) {
  const isPlain = (item) => item === null || typeof item !== "object";
  if (!Array.isArray(value)) return Object.keys(value).length === 0 ? "{}" : undefined;
  const isRow = (item) => Array.isArray(item) && item.every(isPlain);
  if (value.length > 40 || !value.every((item) => isPlain(item) || isRow(item))) return undefined;
  const text = oneLine(value);
  return text.length <= longestLine ? text : undefined;
}

function summary(value, size) {
  if (Array.isArray(value)) return `[${count(size)}]`;
  const keys = Object.keys(value);
  const names = keys.slice(0, 4).join(", ");
  return `{${names.length > 60 ? `${names.slice(0, 60)}…` : names}${keys.length > 4 ? `, … ${count(size)}` : ""}}`;
}

function scalar(key, value) {
  if (typeof value !== "string") return el("span", { class: "word" }, String(value));
  if (key === "entry_id") return el("a", { href: view("entry", { id: value }) }, value);
  if (value.length <= longText) return bdi(JSON.stringify(value), { class: "text" });
  const all = bdi(JSON.stringify(`${value.slice(0, longText)}…`), { class: "text" });
  const more = el("button", { type: "button", class: "more", onclick: () => {
    all.textContent = JSON.stringify(value);
    more.remove();
  } }, `all ${count(value.length)} characters`);
  return [all, " ", more];
}
