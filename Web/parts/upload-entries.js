// The entries of an upload: the table, and what can be done with those that are chosen.

import { parameters, view } from "../core/address.js";
import { el, replace } from "../core/dom.js";
import { count, time } from "../core/format.js";
import { ask } from "../core/http.js";
import { problemBox } from "../core/notice.js";
import { listPage, listState } from "./numbered-list.js";
import { selection } from "./selection.js";

/**
 * Shows the page of entries that the address names in `place`. `edit` is absent for those who may not edit; `path` is the
 * upload's own.
 */
export async function showEntries(place, path, upload, edit) {
  const list = listState("mainfile");
  const values = { upload: upload.upload_id, sort: parameters().get("sort") };
  const query = new URLSearchParams(list.pagination);
  try {
    const { data } = await ask(`${path}/entries?${query}`);
    const chosen = selection(data.data.map((entry) => entry.entry_id), (id) =>
      data.data.find((entry) => entry.entry_id === id).mainfile);
    const columns = [
      ...(edit ? [{ key: "chosen", label: chosen.all, cell: (entry) => chosen.box(entry.entry_id) }] : []),
      {
        key: "mainfile", label: "File", sortable: true,
        cell: (entry) => el("a", { href: view("entry", { id: entry.entry_id }) }, entry.mainfile),
      },
      {
        key: "parser_name", label: "Read as", sortable: true,
        cell: (entry) => (entry.parser_name ?? "").replace("parsers/", ""),
      },
      { key: "process_status", label: "State", sortable: true, cell: entryState },
      { key: "entry_create_time", label: "Made", sortable: true, cell: (entry) => time(entry.entry_create_time) },
    ];
    replace(
      place,
      el("h3", {}, "Entries"),
      listPage(data, {
        nouns: ["entry", "entries"], columns, values, state: list,
        empty: upload.process_running
          ? "They appear when the files are processed." : `There are none${edit ? ": add files" : ""}.`,
      }),
      edit && data.data.length ? entryActions(path, chosen) : null);
  } catch (problem) {
    replace(place, el("h3", {}, "Entries"), problemBox(problem));
  }
}

function entryState(entry) {
  if (entry.errors.length) return el("span", { class: "badge bad", title: entry.errors.join("\n") }, "with errors");
  if (entry.warnings.length) return el("span", { class: "badge mixed", title: entry.warnings.join("\n") }, "with warnings");
  return el("span", { class: "badge good" }, entry.process_status === "SUCCESS" ? "fine" : entry.process_status.toLowerCase());
}

// Datasets and references of the chosen entries; the server takes names of datasets and makes those that are new.
function entryActions(path, chosen) {
  const dataset = el("input", { list: "dataset-names" });
  const names = el("datalist", { id: "dataset-names" });
  const reference = el("input", { type: "text", placeholder: "https://doi.org/10.…" });
  const place = el("div", { "aria-live": "polite" });
  dataset.addEventListener("focus", async () => {
    const known = await ask("api/v1/datasets?page_size=100&order_by=dataset_name").catch(() => undefined);
    replace(names, known?.data.data.map((item) => el("option", { value: item.dataset_name })) ?? []);
  }, { once: true });
  const change = async (key, how, field) => {
    const ids = chosen.ids();
    const value = field.value.trim();
    if (!ids.length) return replace(place, problemBox(new Error("Choose entries in the table first.")));
    if (!value) return field.focus();
    try {
      const entries = Object.fromEntries(ids.map((id) => [id, { [key]: { [how]: [value] } }]));
      await ask(`${path}/edit`, { body: { entries } });
      replace(place, el("p", {}, `Done for ${count(ids.length)} ${ids.length === 1 ? "entry" : "entries"}.`));
    } catch (problem) {
      replace(place, problemBox(problem));
    }
  };
  const line = (label, field, key) => el(
    "div", { class: "share" }, el("label", {}, label, field),
    el("button", { type: "button", "aria-label": `Add: ${label}`, onclick: () => change(key, "add", field) }, "Add"),
    el(
      "button", { type: "button", "aria-label": `Take away: ${label}`, onclick: () => change(key, "remove", field) },
      "Take away"));
  return el(
    "fieldset", {}, el("legend", {}, "For the chosen entries"),
    line("Dataset, also a new one", dataset, "datasets"), names,
    line("Reference", reference, "references"),
    place);
}
