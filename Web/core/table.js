// Tables of rows that the server has ordered.

import { el } from "./dom.js";
import { sideways } from "./sideways.js";

/**
 * A table. `columns`: `{key, label, help, sortable, isNumber, cell(row)}`; `cell` gives what is shown, and is `row[key]`
 * where it is absent. `sort` is `key` or `-key`; `onSort` gets the next one when a heading is chosen.
 */
export function table({ columns, rows, caption, sort, onSort }) {
  const order = sort?.replace(/^-/, "");
  const heading = (column) => {
    const isOrder = column.key === order;
    const direction = isOrder ? (sort.startsWith("-") ? "descending" : "ascending") : null;
    const next = isOrder && direction === "ascending" ? `-${column.key}` : column.key;
    return el(
      "th", { scope: "col", class: kind(column), title: column.help, "aria-sort": direction },
      column.sortable && onSort
        ? el("button", { type: "button", class: "heading", onclick: () => onSort(next) }, column.label)
        : column.label);
  };
  return sideways(el(
    "div", { class: "table", tabindex: 0, role: "region", "aria-label": caption },
    el(
      "table", {},
      el("caption", {}, caption),
      el("thead", {}, el("tr", {}, columns.map(heading))),
      el(
        "tbody", {},
        rows.map((row) => el("tr", {}, columns.map((column) => el("td", { class: kind(column) }, shown(column, row)))))))));
}

function kind({ isNumber }) {
  return isNumber ? "number" : null;
}

function shown(column, row) {
  const value = column.cell ? column.cell(row) : row[column.key];
  if (value === null || value === undefined) return "";
  return typeof value === "object" && !(value instanceof Node) && !Array.isArray(value) ? JSON.stringify(value) : value;
}
