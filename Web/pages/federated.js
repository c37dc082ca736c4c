// Federated search: one filter for many databases, each with a line of its own, and one table of what they have.

import { absolute, change, onWayBack, parameters } from "../core/address.js";
import { el, replace } from "../core/dom.js";
import { keepingFocus } from "../core/focus.js";
import { nothing, problemBox } from "../core/notice.js";
import { structureProperties } from "../core/properties.js";
import { recipes } from "../core/recipes.js";
import { useStyle } from "../core/style.js";
import { curl, python } from "../parts/commands.js";
import { exportButtons, shownPath } from "../parts/federated-export.js";
import { askDatabases, mergedPath, nameOf, properties } from "../parts/federated-query.js";
import { databaseLines, mergedTable, pageButtons } from "../parts/federated-results.js";
import { targetChoice } from "../parts/federated-targets.js";
import { filterField } from "../parts/filter-field.js";

const sizes = [10, 20, 50, 100];

/** Shows the page. */
export async function show(main) {
  await useStyle("federated");
  let running, ticking, shown;
  // The names of the rows of each page, of the list that was shown last.
  let pages = new Map();
  const known = structureProperties().catch(() => ({}));
  const targets = targetChoice();
  let text = "";
  const write = (typed) => { text = typed; };
  const filter = filterField(write, write, (typed) => {
    text = typed;
    search();
  });
  const size = el("select", { name: "size" }, sizes.map((number) => el("option", { value: number }, `${number}`)));
  const form = el(
    "form", { class: "question", onsubmit: (event) => {
      event.preventDefault();
      search();
    } },
    filter.box,
    el(
      "div", { class: "buttons" },
      el("button", { class: "primary" }, "Search"),
      el("label", { class: "check" }, "rows of each", size)));
  const problem = el("div", {});
  const lines = el("div", {});
  const again = el(
    "button", { type: "button", class: "again", hidden: true, onclick: () => run({ isFresh: true }) }, "Ask again");
  const result = el("section", { class: "merged", "aria-label": "Structures" });
  const below = el("div", {});

  function search() {
    const { databases, urls, gateway } = targets.chosen();
    if (!isNamed({ databases, urls, gateway })) {
      replace(problem, problemBox(new Error("Choose a database first, or a gateway.")));
      return;
    }
    const chosen = { databases: databases.join(), urls: urls.join(" "), gateway };
    change({ ...chosen, filter: text.trim(), size: size.value === "20" ? null : size.value, page: null });
    run();
  }

  function go(changes) {
    change(changes);
    run();
  }

  async function run({ isFresh = false } = {}) {
    const question = asked();
    running?.abort();
    clearInterval(ticking);
    replace(problem);
    if (!isNamed(question)) return begin();
    running = new AbortController();
    const { signal } = running;
    const start = performance.now();
    if (!shown || isFresh || !isSameList(shown.question, question)) pages = new Map();
    const seen = new Set([...pages].flatMap(([page, names]) => (page < question.page ? names : [])));
    result.classList.add("waiting");
    result.setAttribute("aria-busy", "true");
    const draw = (state) => drawLines(state.lines, start);
    try {
      const properties = await known;
      let state;
      ticking = setInterval(() => state && !state.isFinished && draw(state), 1000);
      await askDatabases(question, { isFresh, seen, signal, onProgress: (next) => {
        if (signal.aborted) return;
        state = next;
        shown = { question, state };
        if (state.isFinished) pages.set(question.page, state.rows.map(nameOf));
        draw(state);
        // Until there are others, the rows that are there stay, and with them the focus.
        const isWorth = state.rows.length > 0 || state.isFinished;
        if (isWorth || !result.querySelector("table")) drawRows(question, state, properties);
      } });
    } catch (error) {
      if (signal.aborted) return undefined;
      fail(error);
    } finally {
      if (!signal.aborted) clearInterval(ticking);
    }
    return undefined;
  }

  function fail(error) {
    if (error.parts?.some((part) => part.pointer === "/body/query_parameters/filter")) filter.fail(error);
    else replace(problem, problemBox(error));
    again.hidden = true;
    replace(lines);
    replace(result);
    replace(below);
  }

  function drawLines(all, start) {
    again.hidden = false;
    const seconds = Math.floor((performance.now() - start) / 1000);
    replace(lines, el("h2", {}, "Databases that are asked"), databaseLines(all, seconds));
  }

  function drawRows(question, state, properties) {
    const { sort, page, size: limit } = question;
    result.classList.remove("waiting");
    result.setAttribute("aria-busy", String(!state.isFinished));
    keepingFocus(result, () => replace(
      result, el("h2", {}, "Structures"), state.warnings.map((warning) => el("p", { class: "quiet" }, warning.detail)),
      mergedTable({
        rows: state.rows, sort, known: properties, isFinished: state.isFinished,
        onSort: (next) => go({ sort: next, page: null }),
      }),
      pageButtons({
        page, size: limit, sort, hasMore: state.hasMore, onPage: (next) => go({ page: next > 1 ? next : null }),
      })));
    const path = mergedPath(state.gateway, question);
    if (state.isFinished) replace(below, state.rows.length ? saving : null, same(path, state, question));
  }

  const saving = exportButtons(() => shown);

  function same(path, state, question) {
    const { filter: wanted, sort, size: limit, page } = question;
    const settings = {
      ...(wanted ? { query: { filter: wanted } } : {}),
      pagination: { page_size: limit, ...(sort ? { order_by: sort, ...(page > 1 ? { page } : {}) } : {}) },
    };
    const attributes = Object.fromEntries(properties.map((name) => [name, "*"]));
    const graph = { optimade: { [state.gateway]: { m_request: settings, "*": attributes } } };
    const address = shownPath(state, question);
    return recipes({
      curl: () => curl({ path: address, token: false, follows: true }),
      Python: () => python({ path: address, token: false }),
      "One list, OPTIMADE": () => absolute(path),
      "One list, graph": () => curl({ method: "POST", path: "api/v1/graph/query", body: graph, token: false }),
    });
  }

  function begin() {
    again.hidden = true;
    replace(lines);
    replace(below);
    replace(result, nothing(
      "Choose databases, write a filter, and search: each database gets a line of its own, and the rows of one never "
      + "wait for another."));
  }

  function put() {
    const question = asked();
    text = question.filter;
    filter.show(text);
    size.value = String(question.size);
    targets.put(question);
    run();
  }

  replace(
    main,
    el("h1", {}, "Many databases"),
    el("p", { class: "quiet lead" }, "One filter for many OPTIMADE databases at once, and one table of what they have."),
    el("div", { class: "federated" }, targets.element, el(
      "div", { class: "asking" }, form, problem,
      el("section", { class: "progress", "aria-label": "Databases that are asked" }, lines, again))),
    result, below);
  begin();
  onWayBack(put);
  await targets.load();
  put();
}

/** What the address asks for. */
function asked() {
  const query = parameters();
  const size = Number(query.get("size"));
  return {
    databases: (query.get("databases") ?? "").split(",").filter(Boolean),
    urls: (query.get("urls") ?? "").split(" ").filter(Boolean),
    gateway: query.get("gateway") ?? "",
    filter: query.get("filter") ?? "", sort: query.get("sort") ?? "",
    size: sizes.includes(size) ? size : 20,
    page: Math.max(1, Math.floor(Number(query.get("page"))) || 1),
  };
}

function isNamed({ databases, urls, gateway }) {
  return databases.length + urls.length > 0 || gateway !== "";
}

function isSameList(one, other) {
  const { page: first, ...left } = one, { page: second, ...right } = other;
  return JSON.stringify(left) === JSON.stringify(right);
}
