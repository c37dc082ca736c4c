// The raw files of an upload, as the graph API lists them.

import { el, replace } from "../core/dom.js";
import { count, size } from "../core/format.js";
import { ask } from "../core/http.js";
import { busy, nothing, problemBox } from "../core/notice.js";
import { downloadFrom, fileName } from "./download.js";

const pageSize = 50;

/** The panel; the list is read when it is folded out. */
export function filesPanel(upload) {
  const place = el("div");
  let isRead = false;
  const box = el(
    "details", { class: "panel", ontoggle: () => {
      if (!box.open || isRead) return;
      isRead = true;
      showPage(place, upload, 1);
    } },
    el("summary", {}, "Files as they were sent"), place);
  return box;
}

async function showPage(place, upload, page) {
  const hadFocus = place.contains(document.activeElement);
  replace(place, busy());
  const request = { m_request: { directive: "plain", pagination: { page_size: pageSize, page } } };
  try {
    const { data } = await ask("api/v1/graph/query", { body: { uploads: { [upload.upload_id]: { files: request } } } });
    const files = data.uploads?.[upload.upload_id]?.files ?? {};
    const total = files.m_response?.pagination?.total ?? 0;
    const items = below(files, "");
    const link = (text, to) => el("button", { type: "button", onclick: () => showPage(place, upload, to) }, text);
    const failed = el("div", { "aria-live": "polite" });
    replace(
      place, failed,
      items.length
        ? el("ul", { class: "files" }, items.map(({ path, bytes }) =>
          el(
            "li", {}, el("span", { class: "path" }, fileLink(upload, path, failed)),
            el("span", { class: "quiet" }, bytes === undefined ? "folder" : size(bytes)))))
        : nothing("There are no files."),
      total > pageSize
        ? el("div", { class: "pager" },
          page > 1 ? link("Previous", page - 1) : null,
          el("span", { class: "quiet" }, `page ${count(page)} of ${count(Math.ceil(total / pageSize))}`),
          page * pageSize < total ? link("Next", page + 1) : null)
        : null);
    if (hadFocus) place.querySelector("button")?.focus();
  } catch (problem) {
    replace(place, problemBox(problem));
  }
}

// A link to a file, or to a folder as a zip file. A plain click asks for it as whoever is logged in, which a link alone
// cannot; what is wrong is said in `failed`.
function fileLink(upload, path, failed) {
  const steps = path.split("/").filter(Boolean);
  const address = `api/v1/uploads/${encodeURIComponent(upload.upload_id)}/raw/${steps.map(encodeURIComponent).join("/")}`;
  const file = fileName(steps.at(-1)) + (path.endsWith("/") ? ".zip" : "");
  return el("a", { href: address, download: file, onclick: async (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    replace(failed);
    await downloadFrom(address, file).catch((problem) => replace(failed, problemBox(problem)));
  } }, path);
}

// Folders and files below a folder, by their whole paths.
function below(folder, path) {
  return Object.entries(folder).flatMap(([name, item]) => {
    if (item?.m_is === "File") return [{ path: path + name, bytes: item.size }];
    if (item?.m_is !== "Directory") return [];
    return [{ path: `${path}${name}/` }, ...below(item, `${path}${name}/`)];
  });
}
