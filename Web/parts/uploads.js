// My uploads: the list, and where new ones are sent.

import { parameters, view } from "../core/address.js";
import { el, replace } from "../core/dom.js";
import { count, time } from "../core/format.js";
import { ask } from "../core/http.js";
import { busy, problemBox } from "../core/notice.js";
import { requestRecipes } from "./commands.js";
import { listPage, listState, listTable } from "./numbered-list.js";
import { sender } from "./sender.js";
import { embargoField } from "./embargo-field.js";
import { accessBadge, stateBadge, uploadName } from "./upload-words.js";

/** What the list can be narrowed to: name, and the parameters of the request. */
const choices = {
  "": { label: "All of them", query: {} },
  unpublished: { label: "Not yet published", query: { is_published: "false" } },
  published: { label: "Published", query: { is_published: "true" } },
  processing: { label: "Being processed", query: { is_processing: "true" } },
  failed: { label: "Failed", query: { process_status: "FAILURE" } },
  own: { label: "Where I am the main author", query: { is_owned: "true" } },
  shared: { label: "Shared with me", query: { roles: ["coauthor", "reviewer"] } },
};

/** Shows the list in `place`. */
export async function showUploads(place) {
  const list = el("section", { "aria-label": "Uploads" }, busy());
  replace(place, el("section", { class: "panel" }, el("h2", {}, "Send files"), newUpload()), list);
  await showList(list);
}

function newUpload() {
  const name = el("input", { maxlength: 1024, placeholder: "That of the file, where it is one" });
  const publishes = el("input", { type: "checkbox", onchange: () => { embargo.label.hidden = !publishes.checked; } });
  const embargo = embargoField(0);
  embargo.label.hidden = true;
  return sender({
    action: "Send", method: "POST",
    fields: [
      el("label", {}, "Name of the upload", name),
      el("label", { class: "check" }, publishes, "Publish it as soon as it is processed well"),
      embargo.label,
    ],
    address: (query) => `api/v1/uploads?${new URLSearchParams({
      ...query,
      ...(name.value.trim() ? { upload_name: name.value.trim() } : {}),
      ...(publishes.checked ? { publish_directly: "true", embargo_length: embargo.input.value } : {}),
    })}`,
    onSent: (answer) => location.assign(view("my-data", { upload: answer.upload_id })),
  });
}

async function showList(list) {
  const state = parameters();
  const choice = choices[state.get("show")] ? state.get("show") : "";
  const order = listState("-upload_create_time");
  const query = new URLSearchParams(order.pagination);
  for (const [key, value] of Object.entries(choices[choice].query)) {
    for (const item of [value].flat()) query.append(key, item);
  }
  const path = `api/v1/uploads?${query}`;
  const values = { show: choice || null, sort: state.get("sort") };
  const filter = el(
    "select", { onchange: (event) => location.assign(view("my-data", { ...values, show: event.target.value || null })) },
    Object.entries(choices).map(([key, { label }]) => el("option", { value: key, selected: key === choice }, label)));
  const body = el("div", {}, busy());
  replace(
    list, el("div", { class: "title" }, el("h2", {}, "Uploads"), el("label", { class: "inline" }, "Show", filter)), body);
  try {
    const { data } = await ask(path);
    const shown = {
      nouns: ["upload", "uploads"], columns, values, state: order,
      empty: choice ? "There are no such uploads." : "You have no uploads yet. Drop files above to make one.",
    };
    replace(
      body, listPage(data, shown), requestRecipes({ path, graph: graphRequest(choice, order.pagination) }));
    follow(body, path, data, shown);
  } catch (problem) {
    replace(body, problemBox(problem));
  }
}

// Reads the list again while some of it is being processed, and shows it anew when that has gone on.
function follow(body, path, old, shown) {
  if (!old.data.some((upload) => upload.process_running)) return;
  const state = (answer) => JSON.stringify(answer.data.map((upload) => [upload.upload_id, upload.process_status]));
  setTimeout(async () => {
    if (!body.isConnected) return;
    try {
      const { data } = await ask(path);
      if (!body.isConnected) return;
      if (state(data) !== state(old)) {
        const held = document.activeElement?.getAttribute("href");
        const fresh = listTable(data, shown);
        body.querySelector(".table").replaceWith(fresh);
        if (held) fresh.querySelector(`a[href="${CSS.escape(held)}"]`)?.focus();
      }
      follow(body, path, data, shown);
    } catch (problem) {
      if (body.isConnected) body.prepend(problemBox(problem));
    }
  }, 1000);
}

const columns = [
  {
    key: "upload_name", label: "Name", sortable: true,
    cell: (upload) => el(
      "a", { href: view("my-data", { upload: upload.upload_id }), class: "clamped", title: uploadName(upload) },
      uploadName(upload)),
  },
  { key: "process_status", label: "State", sortable: true, cell: stateBadge },
  { key: "entries", label: "Entries", isNumber: true, cell: (upload) => count(upload.entries) },
  {
    key: "errors", label: "Errors", isNumber: true, help: "Files that could not be read",
    cell: (upload) => (upload.errors.length ? count(upload.errors.length) : ""),
  },
  { key: "access", label: "Readers", help: "Who can read it", cell: accessBadge },
  { key: "upload_create_time", label: "Sent", sortable: true, cell: (upload) => time(upload.upload_create_time) },
  {
    key: "publish_time", label: "Published", sortable: true,
    cell: (upload) => (upload.publish_time ? time(upload.publish_time) : ""),
  },
];

// What a graph request can say of the same list; it has no words for roles.
function graphRequest(choice, pagination) {
  const queries = {
    "": {}, unpublished: { is_published: false }, published: { is_published: true }, processing: { is_processing: true },
    failed: { process_status: "FAILURE" }, own: { is_owned: true },
  };
  if (!queries[choice]) return undefined;
  return { uploads: { m_request: { query: queries[choice], pagination }, "*": "*" } };
}
