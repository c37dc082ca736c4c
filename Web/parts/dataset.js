// One dataset: its entries, which are added and taken out.

import { change, parameters, view } from "../core/address.js";
import { bdi, el, replace } from "../core/dom.js";
import { count, time } from "../core/format.js";
import { ask } from "../core/http.js";
import { busy, nothing, problemBox } from "../core/notice.js";
import { table } from "../core/table.js";
import { requestRecipes } from "./commands.js";
import { confirmed } from "./dialogs.js";
import { shownUser, usersByID } from "./people.js";
import { saveLine } from "./save-line.js";
import { selection } from "./selection.js";

const pageSize = 20;

/** Shows the dataset `id` to `user` in `place`. */
export async function showDataset(place, id, user) {
  const path = `api/v1/datasets/${encodeURIComponent(id)}`;
  const dataset = (await ask(path)).data.data;
  const owner = (await usersByID([dataset.user_id])).get(dataset.user_id);
  const mayEdit = user.is_admin || dataset.user_id === user.user_id;
  const entries = el("section", { class: "panel" });
  const update = () => showEntries(entries, path, id, mayEdit);
  replace(
    place,
    el("p", {}, el("a", { href: view("my-data", { view: "datasets" }) }, "← All datasets")),
    el(
      "div", { class: "title" }, el("h2", {}, dataset.dataset_name),
      el("div", { class: "badges" }, el("span", { class: "badge" }, dataset.dataset_type ?? "owned"))),
    el(
      "p", { class: "quiet" }, "Made by ", shownUser(owner, dataset.user_id), ", ", time(dataset.dataset_create_time),
      dataset.doi ? [", DOI ", bdi(dataset.doi)] : null, ". Id: ", el("code", {}, dataset.dataset_id)),
    entries,
    mayEdit ? [addition(path, update), deletion(path, dataset)] : null,
    requestRecipes({ path, graph: graphRequest(id) }));
  await update();
}

function graphRequest(id, after) {
  const pagination = { page_size: pageSize, ...(after ? { page_after_value: after } : {}) };
  return {
    datasets: { [id]: { entries: {
      m_request: { pagination },
      "*": { upload_id: "*", mainfile_path: "*", metadata: { entry_name: "*" } },
    } } },
  };
}

// A page of the entries: `{rows, total, next}`. Graph requests reach one's own datasets alone; of those of others, what a
// search finds can be told.
async function entriesOf(id, after) {
  const dataset = (await ask("api/v1/graph/query", { body: graphRequest(id, after) })).data.datasets?.[id];
  if (dataset?.entries) {
    const { m_response: about, m_errors: _, ...found } = dataset.entries;
    const rows = Object.entries(found).map(([entry, { upload_id, mainfile_path, metadata }]) => ({
      entry_id: entry, upload_id, mainfile: mainfile_path, name: metadata?.entry_name,
    }));
    return { rows, total: about?.pagination?.total ?? rows.length, next: about?.pagination?.next_page_after_value };
  }
  const { data } = await ask("api/v1/entries/query", { body: {
    owner: "visible", query: { "datasets.dataset_id": id },
    pagination: { page_size: pageSize, ...(after ? { page_after_value: after } : {}) },
    required: { include: ["entry_id", "upload_id", "mainfile", "entry_name"] },
  } });
  const rows = data.data.map((entry) => ({ ...entry, name: entry.entry_name }));
  return { rows, total: data.pagination.total, next: data.pagination.next_page_after_value };
}

async function showEntries(place, path, id, mayEdit) {
  const after = parameters().get("after");
  replace(place, el("h3", {}, "Entries"), busy());
  let list;
  try {
    list = await entriesOf(id, after);
  } catch (problem) {
    return replace(place, el("h3", {}, "Entries"), problemBox(problem));
  }
  const { rows, total, next } = list;
  const name = (row) => row.name ?? row.mainfile ?? row.entry_id;
  const chosen = selection(rows.map((row) => row.entry_id), (entryID) => name(rows.find((row) => row.entry_id === entryID)));
  const columns = [
    ...(mayEdit ? [{ key: "chosen", label: chosen.all, cell: (row) => chosen.box(row.entry_id) }] : []),
    { key: "name", label: "Entry", cell: (row) => el("a", { href: view("entry", { id: row.entry_id }) }, name(row)) },
    { key: "mainfile", label: "File" },
    {
      key: "upload_id", label: "Upload",
      cell: (row) => el("a", { href: view("my-data", { upload: row.upload_id }) }, row.upload_id),
    },
  ];
  const problems = el("div", { "aria-live": "polite" });
  const takeOut = async () => {
    if (!chosen.ids().length) return replace(problems, problemBox(new Error("Choose entries in the table first.")));
    try {
      await ask(`${path}/edit`, { body: { remove: chosen.ids() } });
      change({ after: null }, { replacing: true });
      await showEntries(place, path, id, mayEdit);
      place.querySelector("input, button")?.focus();
    } catch (problem) {
      replace(problems, problemBox(problem));
    }
  };
  replace(
    place,
    el("h3", {}, "Entries"),
    rows.length
      ? table({ caption: `${count(total)} ${total === 1 ? "entry" : "entries"}`, rows, columns })
      : nothing("There are none that you can read. Add some below, or choose them in one of your uploads."),
    el(
      "nav", { class: "pager", "aria-label": "Pages of the list" },
      after ? el("a", { class: "button", href: view("my-data", { dataset: id }) }, "First page") : null,
      next ? el("a", { class: "button", href: view("my-data", { dataset: id, after: next }) }, "Next") : null),
    mayEdit && rows.length ? el("button", { type: "button", onclick: takeOut }, "Take the chosen entries out") : null,
    problems);
}

function addition(path, update) {
  const ids = el("textarea", { rows: 3, class: "code", required: true });
  const line = saveLine("Add", "They are in the dataset.");
  return el(
    "section", { class: "panel" },
    el("h3", {}, "Add entries"),
    el(
      "form", { class: "stack", onsubmit: (event) => {
        event.preventDefault();
        line.during(async () => {
          await ask(`${path}/edit`, { body: { add: ids.value.split(/[\s,]+/).filter(Boolean) } });
          ids.value = "";
          await update();
        });
      } },
      el("label", {}, "Ids of entries, separated by blanks or lines", ids), line.element));
}

function deletion(path, dataset) {
  const open = () => confirmed({
    title: "Delete this dataset?", action: "Delete", dangerous: true,
    content: el("p", {}, "“", bdi(dataset.dataset_name), "” is forgotten; its entries stay. This cannot be taken back."),
    perform: async () => {
      await ask(path, { method: "DELETE" });
      location.assign(view("my-data", { view: "datasets" }));
    },
  });
  return el(
    "section", { class: "panel" }, el("h3", {}, "Delete"),
    el("p", { class: "quiet" }, "The entries stay."),
    el("button", { type: "button", class: "dangerous", onclick: open }, "Delete this dataset…"));
}
