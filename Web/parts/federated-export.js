// Saving what databases have: the rows that are shown, or the whole merged list, page by page.

import { el, replace } from "../core/dom.js";
import { count } from "../core/format.js";
import { ask } from "../core/http.js";
import { problemBox } from "../core/notice.js";
import { download } from "./download.js";
import { mergedPath, parametersOf, properties } from "./federated-query.js";

/** Most rows that are collected in the browser. */
const mostRows = 50_000;
const pageLimit = 200;

/** The address that gives what `state` shows of `question`: a page of each database, or with `sort` of the merged list. */
export function shownPath(state, question) {
  if (question.sort) return mergedPath(state.gateway, question);
  const bases = state.lines.filter((line) => line.status !== "refused").map((line) => line.base);
  return `gateway/v1/search?${new URLSearchParams({ optimade_urls: bases.join(), ...parametersOf(question) })}`;
}

/** The buttons that save; `given()` has `{question, state}` of what is shown. */
export function exportButtons(given) {
  const said = el("div", { role: "status" });
  let running;

  function saveShown(form) {
    const { state } = given();
    keep(
      state.rows.map(({ id, line, attributes }) => ({ id, database: line.id, attributes })), form, "structures-shown");
  }

  async function saveAll(form) {
    running?.abort();
    const own = running = new AbortController();
    const { signal } = own;
    const { question, state } = given();
    const rows = [];
    const stop = el("button", { type: "button", onclick: () => own.abort() }, "Stop");
    const tell = el("span", {}, "Reading… ");
    replace(said, el("div", { class: "buttons" }, tell, stop));
    try {
      let path = mergedPath(state.gateway, question, { limit: pageLimit, page: 1, isWhole: form === "jsonl" });
      const address = path.split("?")[0];
      while (path && rows.length < mostRows) {
        const { data, meta, links } = (await ask(path, { signal })).data;
        data.forEach((row) => rows.push(row));
        const all = typeof meta.data_returned === "number" ? ` of ${count(meta.data_returned)}` : "";
        tell.textContent = `${count(rows.length)}${all} structures read. `;
        const next = typeof links?.next === "string" ? links.next : links?.next?.href;
        path = next ? address + new URL(next).search : undefined;
      }
      keep(rows, form, "structures");
      const rest = path ? "; more than these are not collected here" : "";
      replace(said, el("p", { class: "quiet" }, `${count(rows.length)} structures saved${rest}.`));
    } catch (error) {
      // Another one that was begun meanwhile has the line now.
      if (own !== running) return;
      const isStopped = error.name === "AbortError";
      replace(said, isStopped ? el("p", { class: "quiet" }, "Stopped, nothing is saved.") : problemBox(error));
    }
  }

  const group = (what, save) => [
    el("span", { class: "quiet" }, `Save ${what}:`),
    Object.entries({ csv: "CSV", jsonl: "JSON lines" }).map(([form, name]) =>
      el("button", { type: "button", "aria-label": `Save ${what} as ${name}`, onclick: () => save(form) }, name)),
  ];
  return el(
    "div", { class: "export" },
    el("div", { class: "buttons" }, group("these rows", saveShown)),
    el("div", { class: "buttons" }, group("all pages", saveAll)),
    said);
}

function keep(rows, form, name) {
  if (form === "jsonl") {
    return download(rows.map((row) => `${JSON.stringify(row)}\n`).join(""), `${name}.jsonl`, "application/jsonl");
  }
  const head = ["id", ...(rows.some((row) => row.database) ? ["database"] : []), ...properties];
  const value = (row, column) => (column === "id" || column === "database" ? row[column] : row.attributes?.[column]);
  const lines = rows.map((row) => head.map((column) => cell(value(row, column))).join());
  return download(`${[head.join(), ...lines].join("\r\n")}\r\n`, `${name}.csv`, "text/csv;charset=utf-8");
}

function cell(value) {
  if (value === null || value === undefined) return "";
  const text = typeof value === "object" ? JSON.stringify(value) : String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
