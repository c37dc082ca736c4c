// What one can take home of an entry.

import { bdi, el, replace } from "../core/dom.js";
import { problemBox } from "../core/notice.js";
import { download, downloadFrom, fileName } from "./download.js";
import { cifText, poscarText, xyzText } from "./structure-files.js";

// The file that an entry was read from, `{path, file}`: where it is asked for, and its name. The server looks for paths
// beside the main file.
function rawFile({ id, entry }) {
  const name = (entry.mainfile_path ?? "").split("/").at(-1);
  return { path: `api/v1/entries/${encodeURIComponent(id)}/raw/${encodeURIComponent(name)}`, file: fileName(name || "file") };
}

/** A link to that file. A plain click asks for it as whoever is logged in, which a link alone cannot. */
export function rawFileLink(entry) {
  const { path, file } = rawFile(entry);
  const place = el("div", { "aria-live": "polite" });
  const link = el("a", { href: path, download: file, onclick: async (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    replace(place);
    await downloadFrom(path, file).catch((problem) => replace(place, problemBox(problem)));
  } }, bdi(entry.entry.mainfile_path ?? ""));
  return [link, place];
}

/** Buttons for the structure as files that are made here, and for what the server has. */
export function downloads(entry, model, title) {
  const place = el("div", { "aria-live": "polite" });
  const name = fileName(title);
  const facts = { id: entry.resource.id, title };
  const safely = (work) => async () => {
    replace(place);
    try {
      await work();
    } catch (error) {
      replace(place, problemBox(error));
    }
  };
  const made = (label, file, text) =>
    el("button", { type: "button", onclick: safely(() => download(text(model, facts), file)) }, label);
  // These need the token of whoever asks, so they are asked for here and not by a link.
  const fetched = (label, file, path) =>
    el("button", { type: "button", onclick: safely(() => downloadFrom(path, file)) }, label);
  const id = encodeURIComponent(entry.id);
  const raw = rawFile(entry);
  return el(
    "section", { class: "panel", "aria-label": "Downloads" },
    el("h2", {}, "Download"),
    el(
      "div", { class: "buttons" },
      model
        ? [
          made("CIF", `${name}.cif`, cifText), made("POSCAR", `${name}.poscar`, poscarText),
          made("Extended XYZ", `${name}.xyz`, xyzText),
          fetched("OPTIMADE JSON", `${name}.json`, `optimade/v1/structures/${encodeURIComponent(entry.resource.id)}`),
        ]
        : null,
      fetched("Archive", `${name}.archive.json`, `api/v1/entries/${id}/archive/download`),
      fetched("File it was read from", raw.file, raw.path)),
    place);
}
