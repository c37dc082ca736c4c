// My datasets: the list, and where new ones are made.

import { parameters, view } from "../core/address.js";
import { el, replace } from "../core/dom.js";
import { time } from "../core/format.js";
import { ask } from "../core/http.js";
import { busy, problemBox } from "../core/notice.js";
import { requestRecipes } from "./commands.js";
import { listPage, listState } from "./numbered-list.js";
import { saveLine } from "./save-line.js";
import { shownUser, usersByID } from "./people.js";

/** Shows the datasets that the address asks for in `place`: those of `user`, or all of them. */
export async function showDatasets(place, user) {
  const state = parameters();
  const isAll = state.get("show") === "all";
  const list = listState("-dataset_create_time");
  const prefix = state.get("prefix") ?? "";
  const values = { view: "datasets", show: isAll ? "all" : null, prefix: prefix || null, sort: state.get("sort") };
  const wanted = { ...(isAll ? {} : { user_id: user.user_id }), ...(prefix ? { prefix } : {}) };
  const query = new URLSearchParams({ ...list.pagination, ...wanted });
  const graph = { datasets: { m_request: { query: wanted, pagination: list.pagination }, "*": "*" } };
  const path = `api/v1/datasets?${query}`;
  const owners = el(
    "select", { onchange: (event) => location.assign(view("my-data", { ...values, show: event.target.value || null })) },
    el("option", { value: "", selected: !isAll }, "Mine"), el("option", { value: "all", selected: isAll }, "Everybody's"));
  const beginning = el("input", { value: prefix, onchange: () => {
    location.assign(view("my-data", { ...values, prefix: beginning.value.trim() || null }));
  } });
  const body = el("div", {}, busy());
  replace(
    place,
    el(
      "div", { class: "title" }, el("h2", {}, "Datasets"),
      el("div", { class: "share" }, el("label", { class: "inline" }, "Show", owners),
        el("label", { class: "inline" }, "Name begins with", beginning))),
    body, form());
  try {
    const { data } = await ask(path);
    const people = await usersByID(data.data.map((dataset) => dataset.user_id));
    const columns = [
      {
        key: "dataset_name", label: "Name", sortable: true,
        cell: (dataset) => el("a", { href: view("my-data", { dataset: dataset.dataset_id }) }, dataset.dataset_name),
      },
      { key: "dataset_type", label: "Kind", help: "Owned: entries of your own uploads; foreign: any entries" },
      { key: "user_id", label: "Owner", cell: (dataset) => shownUser(people.get(dataset.user_id), dataset.user_id) },
      { key: "doi", label: "DOI" },
      {
        key: "dataset_create_time", label: "Made", sortable: true,
        cell: (dataset) => time(dataset.dataset_create_time),
      },
    ];
    replace(
      body,
      listPage(data, {
        nouns: ["dataset", "datasets"], columns, values, state: list,
        empty: prefix || isAll ? "There are no such datasets." : "You have no datasets yet. Make one below.",
      }),
      requestRecipes({ path, graph }));
  } catch (problem) {
    replace(body, problemBox(problem));
  }
}

function form() {
  const name = el("input", { required: true, maxlength: 1024 });
  const kind = el(
    "select", {},
    el("option", { value: "owned" }, "Entries that I may edit (owned)"),
    el("option", { value: "foreign" }, "Any entries, those of others too (foreign)"));
  const line = saveLine("Make");
  return el(
    "section", { class: "panel" },
    el("h3", {}, "Make a dataset"),
    el("p", { class: "quiet" }, "A named selection of entries, which can be told to others by its address."),
    el(
      "form", { onsubmit: (event) => {
        event.preventDefault();
        line.during(async () => {
          const body = { dataset_name: name.value.trim(), dataset_type: kind.value };
          const { data } = await ask("api/v1/datasets", { body });
          location.assign(view("my-data", { dataset: data.dataset_id }));
        });
      } },
      el("div", { class: "fields" }, el("label", {}, "Name of the dataset", name), el("label", {}, "Kind", kind)),
      line.element));
}
