// What the databases answer: a line for each, and one table of all rows.

import { view } from "../core/address.js";
import { el, replace } from "../core/dom.js";
import { count, formula, time } from "../core/format.js";
import { nothing } from "../core/notice.js";
import { isNumber } from "../core/properties.js";
import { table } from "../core/table.js";
import { ownBase, properties } from "./federated-query.js";
import { nameOf } from "./property-names.js";

const words = { waiting: "waiting", ok: "answered", error: "failed", timeout: "too late", refused: "not asked" };

/** The lines, one for each database; `seconds` have passed since the question was asked. */
export function databaseLines(lines, seconds) {
  const answered = lines.filter((line) => line.status === "ok").length;
  const waiting = lines.filter((line) => line.status === "waiting").length;
  const failed = lines.length - answered - waiting;
  return [
    el(
      "p", { role: "status" }, `${count(answered)} of ${count(lines.length)} ${answered === 1 ? "has" : "have"} answered`,
      failed ? `, ${count(failed)} failed` : null, waiting ? `, ${count(waiting)} to wait for` : null, "."),
    el("ul", { class: "lines" }, lines.map((line) => el(
      "li", { class: `line ${line.status}`, "data-database": line.id },
      el("span", { class: "line-name" }, line.name),
      el("span", { class: "line-state" }, words[line.status] ?? line.status),
      el("span", { class: "line-count" }, counts(line)),
      el("span", { class: "line-time" }, line.status === "waiting" ? `${seconds} s` : took(line.elapsed_ms)),
      line.detail ? el("span", { class: "line-detail" }, line.detail) : null))),
  ];
}

function counts({ status, returned, data_returned: found }) {
  if (status !== "ok") return "";
  if (typeof found === "number") return `${count(returned)} of ${count(found)}`;
  return `${count(returned)}, all unknown`;
}

function took(milliseconds) {
  if (typeof milliseconds !== "number") return "";
  return milliseconds < 1000 ? `${milliseconds} ms` : `${(milliseconds / 1000).toFixed(1)} s`;
}

/** The table of all rows, in the order of `sort`; `known` are the properties by name. */
export function mergedTable({ rows, sort, known, onSort, isFinished }) {
  if (rows.length === 0) {
    return isFinished ? nothing("No database has sent structures that match. The lines above say why.") : null;
  }
  const columns = properties.map((name, index) => ({
    key: name, label: nameOf(known[name] ?? { name }), help: known[name]?.description, sortable: true,
    isNumber: isNumber(known[name]),
    cell: (row) => (index === 0 ? link(row, shown(name, row.attributes[name])) : shown(name, row.attributes[name])),
  }));
  columns.splice(
    1, 0, { key: "database", label: "Database", help: "The database that the row comes from", cell: (row) => row.line.name },
    { key: "id", label: "id", help: known.id?.description, sortable: true, cell: (row) => el("span", { class: "id" }, row.id) });
  const sources = new Set(rows.map((row) => row.line.id)).size;
  return table({
    columns, rows, sort, onSort,
    caption: `${count(rows.length)} structures of ${count(sources)} ${sources === 1 ? "database" : "databases"}`,
  });
}

function shown(name, value) {
  if (value === null || value === undefined) return "";
  if (name === "chemical_formula_reduced") return formula(String(value));
  if (name === "last_modified") return time(String(value));
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

// To the page of the structure where it is one of this server, else to the database that has it.
function link(row, text) {
  const label = text === "" ? row.id : text;
  const { base } = row.line;
  if (base === ownBase()) return el("a", { href: view("entry", { id: row.id }) }, label);
  if (!/^https?:\/\//.test(base)) return label;
  const version = /\/v\d[^/]*\/?$/.test(base) ? "" : "/v1";
  const address = `${base.replace(/\/$/, "")}${version}/structures/${encodeURIComponent(row.id)}`;
  return el("a", { href: address, rel: "noreferrer", target: "_blank", title: `At ${row.line.name}` }, label);
}

/** The ways to the pages before and behind; `null` where there is only one. */
export function pageButtons({ page, size, sort, hasMore, onPage }) {
  if (page === 1 && !hasMore) return null;
  const extent = sort ? `${size} of all databases together` : `up to ${size} of each database`;
  const button = (text, to, isThere) => el("button", { type: "button", disabled: !isThere, onclick: () => onPage(to) }, text);
  return el(
    "nav", { class: "buttons", "aria-label": "Pages of the table" },
    button("Previous", page - 1, page > 1), el("span", { class: "quiet" }, `Page ${page}, ${extent}`),
    button("Next", page + 1, hasMore));
}
