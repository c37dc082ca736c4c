// The structures that match a filter: how many, page by page, in columns of one's choice.

import { change, parameters } from "../core/address.js";
import { el, replace } from "../core/dom.js";
import { count } from "../core/format.js";
import { ask } from "../core/http.js";
import { busy, nothing } from "../core/notice.js";
import { table } from "../core/table.js";
import { columnsFor, offered, usual } from "./structure-columns.js";

/** The parameters that say which page is shown; a new search begins with the first one. */
export const firstPage = { page_cursor: null, page_offset: null };

/** What the address asks for: `{filter, sort, columns, page}`; `page` has what it has of `firstPage`. */
export function asked() {
  const query = parameters();
  const place = Object.keys(firstPage).map((name) => [name, query.get(name)]);
  const page = Object.fromEntries(place.filter(([, value]) => value));
  return {
    filter: query.get("filter") ?? "", sort: query.get("sort") ?? "", page,
    columns: (query.get("columns") || usual.join()).split(",").filter((name) => /^[a-z_][a-z0-9_]*$/.test(name)),
  };
}

/** The address of the page that is asked for, in OPTIMADE's terms. How many structures it has, the server sets. */
export function structuresPath({ filter, sort, columns, page = {} }) {
  const query = new URLSearchParams({
    ...(filter ? { filter } : {}), ...(sort ? { sort } : {}), ...page, response_fields: columns.join(),
  });
  return `optimade/v1/structures?${query}`;
}

/** Asks for the page. */
export async function structures(question, signal) {
  return (await ask(structuresPath(question), { signal })).data;
}

/**
 * The list. `onChange()` is called after the address has changed.
 * Gives `{box, show(question, answer, properties), wait(), fail()}`.
 */
export function structureResults(onChange) {
  const total = el("p", { class: "total", role: "status" });
  const place = el("div", { class: "results" }, busy());
  const chooser = el("details", { class: "columns", onkeydown: (event) => {
    if (event.key !== "Escape") return;
    chooser.open = false;
    chooser.querySelector("summary").focus();
  } }, el("summary", {}, "Columns"));
  document.addEventListener("pointerdown", (event) => {
    if (!chooser.contains(event.target)) chooser.open = false;
  });
  const choices = el("div", { class: "choices" });
  chooser.append(choices);
  const box = el("section", { "aria-label": "Structures" }, el("div", { class: "heads" }, total, chooser), place);
  const go = (changes) => {
    change(changes);
    onChange();
  };

  function show(question, { data, meta, links }, properties) {
    const { data_returned: found, data_available: there } = meta;
    replace(total, el("strong", {}, count(found)), found === there ? " structures" : ` of ${count(there)} structures`);
    place.classList.remove("waiting");
    replace(place, data.length === 0 ? empty(found, there) : [
      table({
        columns: columnsFor(question.columns, properties), rows: data, caption: caption(found, data.length),
        sort: question.sort, onSort: (sort) => go({ sort, ...firstPage }) }),
      pages(links, data.length < found),
    ]);
    choose(question.columns, properties);
  }

  function empty(found, there) {
    if (found > 0) {
      return [
        nothing("The list ends before this page."),
        el("button", { type: "button", onclick: () => go(firstPage) }, "First page"),
      ];
    }
    return nothing(there === 0
      ? "There are no structures here yet. Whoever has a login can send some on the page “My data”."
      : "No structure matches. Take out a condition, or turn back.");
  }

  function caption(found, shown) {
    return shown === found ? "Structures that match" : `Structures that match, ${count(shown)} of ${count(found)}`;
  }

  function pages(links, isNeeded) {
    if (!isNeeded) return [];
    const isHere = { first: !links.prev, last: !links.next };
    const link = (name, words) => el("button", {
      type: "button", disabled: !links[name] || isHere[name], onclick: () => go(placeOf(links[name])),
    }, words);
    return el(
      "nav", { class: "buttons", "aria-label": "Pages of the table" },
      link("first", "First"), link("prev", "Previous"), link("next", "Next"), link("last", "Last"));
  }

  // Of the server's link only the place counts: all else stands in the address already.
  function placeOf(address) {
    const query = new URL(address).searchParams;
    return Object.fromEntries(Object.keys(firstPage).map((name) => [name, query.get(name)]));
  }

  function choose(columns, properties) {
    if (choices.contains(document.activeElement)) return;
    replace(choices, offered(properties).map((property) => el(
      "label", { class: "check", title: property.description },
      el("input", { type: "checkbox", checked: columns.includes(property.name), onchange: (event) => {
        const now = asked().columns.filter((name) => name !== property.name);
        if (event.target.checked) now.push(property.name);
        go({ columns: now.join() === usual.join() ? null : now.join() });
      } }), property.title || property.name)));
  }

  return { box, show, wait: () => place.classList.add("waiting"), fail: () => {
    replace(total);
    replace(place);
  } };
}
