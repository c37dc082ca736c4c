// Values of archives, shown by what they are: texts, numbers with units, tables, plots.

import { bdi, el, replace } from "../core/dom.js";
import { keepingFocus } from "../core/focus.js";
import { count } from "../core/format.js";
import { problemBox } from "../core/notice.js";
import { placeLink } from "./archive-link.js";
import { plot } from "./archive-plot.js";
import { shapeText, typeText } from "./archive-definitions.js";
import { askTarget, isReference, plainTarget } from "./archive-reference.js";
import { isObject } from "./archive-request.js";
import { oneLine } from "./json-text.js";
import { valuePageSize } from "./archive-node.js";

// A longer text is cut, until one asks for all of it.
const shownCharacters = 5000;
// A longer list of numbers is drawn only when that is asked for.
const drawnAtOnce = 20000;
const matrixColumns = 50;

/** A value in few words, for a line of the tree or a cell of a table. */
export function shortText(value) {
  if (value === undefined) return "";
  if (Array.isArray(value)) {
    const isShort = value.length <= 4 && value.every((item) => typeof item !== "object" || item === null);
    return isShort ? `[${value.map(shortText).join(", ")}]` : counted(value.length, "item");
  }
  if (isObject(value)) return counted(Object.keys(value).length, "key");
  const text = String(value);
  return text.length > 80 ? `${text.slice(0, 79)}…` : text;
}

/** A number of things, in words: `3 items`. */
export function counted(size, what) {
  return `${count(size)} ${what}${size === 1 ? "" : "s"}`;
}

/** What `node` is, in few words, where its value is not known: its shape and type, or that it is a section. */
export function kindText(node) {
  if (!node.property) return node.kind === "section" ? "section" : "…";
  if (node.property.isSection) return "section";
  return [shapeText(node.property.shape), typeText(node.property.type)].filter(Boolean).join(" · ");
}

/** The unit of a node's values, as its definition names it. */
export function unitOf(node) {
  return (node.property ?? node.owner?.property)?.unit ?? "";
}

/** The whole of what `node` has for a value; `go` opens the place that a reference names, `{entry, steps}`. */
export function valueView(node, { go, href, page }) {
  const { value } = node;
  if (Array.isArray(value)) return listView(node, { go, href, page });
  if (isObject(value) || value === undefined) return null;
  if (isReference(node, value)) return reference(node, value, undefined, { go, href });
  if (typeof value === "string") return longText(value);
  return el("p", { class: "archive-number" }, String(value), unitOf(node) ? ` ${unitOf(node)}` : "");
}

function longText(text) {
  const shown = el("pre", { class: "archive-text", tabindex: 0, "aria-label": "Text" }, text.slice(0, shownCharacters));
  if (text.length <= shownCharacters) return shown;
  const more = el("button", { type: "button", onclick: () => {
    shown.textContent = text;
    more.remove();
  } }, `Show all ${count(text.length)} characters`);
  return el("div", {}, shown, more);
}

function reference(node, value, index, { go, href }) {
  const target = plainTarget(node, value);
  if (target) return placeLink(target, value, { go, href }, { class: "reference" });
  const place = el("span", {});
  return el("span", {}, el("code", {}, bdi(value)), " ", el("button", { type: "button", onclick: async () => {
    try {
      go(await askTarget(node, index));
    } catch (error) {
      replace(place, problemBox(error));
    }
  } }, "Follow"), place);
}

function listView(node, { go, href, page }) {
  const { value } = node;
  const first = node.page * valuePageSize;
  const isFlat = value.every((item) => typeof item !== "object" || item === null);
  const isMatrix = !isFlat && value.every((row) => Array.isArray(row) && row.every((item) => !isObject(item)));
  const pages = page(node);
  if (value.length === 0) return el("p", { class: "nothing" }, "The list is empty.");
  if (isFlat && value.some(isNumber)) {
    return [numbers(node), pages, valueTable(node, value, first, (item) => [item])];
  }
  if (isFlat) {
    return [pages, valueTable(node, value, first, (item, index) =>
      [isReference(node, item) ? reference(node, item, index, { go, href }) : shortCell(item)])];
  }
  if (isMatrix) return [pages, matrix(node, value, first)];
  return pages;
}

// Integers that are too long for numbers of JavaScript are `BigInt`s.
function isNumber(item) {
  return Number.isFinite(item) || typeof item === "bigint";
}

function matrix(node, value, first) {
  const place = el("div", {});
  const width = Math.max(...value.map((row) => row.length));
  const show = (from) => {
    const end = Math.min(width, from + matrixColumns);
    const turn = (to, text) => el(
      "button", { type: "button", disabled: to < 0 || to >= width, onclick: () => show(to) }, text);
    keepingFocus(place, () => replace(
      place,
      width > matrixColumns
        ? el("div", { class: "buttons" }, turn(from - matrixColumns, "Columns before"),
          el("span", {}, `${count(from)}–${count(end - 1)} of ${count(width)}`), turn(end, "Columns behind"))
        : null,
      valueTable(node, value, first, (row) => row.slice(from, end).map(cellText), from)));
  };
  show(0);
  return place;
}

function shortCell(item) {
  return typeof item === "string" && item.length > 500 ? `${item.slice(0, 499)}…` : String(item);
}

function cellText(item) {
  return Array.isArray(item) ? oneLine(item) : String(item);
}

// A table of rows from the index `first` on, and of columns from `firstColumn` on.
function valueTable(node, value, first, cells, firstColumn = 0) {
  const rows = value.map((item, index) => cells(item, first + index));
  const columns = Math.max(...rows.map((row) => row.length));
  const unit = unitOf(node);
  const total = counted(node.total ?? value.length, columns > 1 ? "row" : "value");
  const caption = `${total}${unit ? `, in ${unit}` : ""}`;
  const numeric = value.flat(1).some(isNumber) ? " numbers" : "";
  return el(
    "div", { class: `table archive-table${numeric}`, tabindex: 0, role: "region", "aria-label": caption },
    el(
      "table", {},
      el("caption", {}, caption),
      columns > 1
        ? el("thead", {}, el("tr", {}, el("th", { scope: "col" }, "index"),
          Array.from({ length: columns }, (_, column) => el("th", { scope: "col" }, String(firstColumn + column)))))
        : null,
      el("tbody", {}, rows.map((row, index) =>
        el("tr", {}, el("th", { scope: "row" }, String(first + index)), row.map((cell) =>
          el("td", {}, cell instanceof Node ? cell : String(cell))))))));
}

// The plot shows the whole list, also where the table below shows a page of it.
function numbers(node) {
  const place = el("div", {});
  const drawing = async () => {
    try {
      const whole = (await node.wholeValue()).map((item) => (typeof item === "bigint" ? Number(item) : item));
      if (whole.length > 1) replace(place, plot(whole, { label: String(node.name), unit: unitOf(node) }));
      else replace(place);
    } catch (error) {
      replace(place, problemBox(error));
    }
  };
  if ((node.total ?? 0) <= drawnAtOnce) drawing();
  else replace(place, el("button", { type: "button", onclick: drawing }, `Plot all ${count(node.total)} values`));
  return place;
}
