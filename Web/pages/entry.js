// One entry: its structure, what is known of it, and its archive.

import { absolute, change, parameters, view } from "../core/address.js";
import { bdi, el, replace } from "../core/dom.js";
import { formula, plain } from "../core/format.js";
import { busy, nothing, problemBox } from "../core/notice.js";
import { structureProperties } from "../core/properties.js";
import { quoted, recipes } from "../core/recipes.js";
import { onSessionChange, token } from "../core/session-token.js";
import { useStyle } from "../core/style.js";
import { archiveBrowser } from "../parts/archive-browser.js";
import { curl, python } from "../parts/commands.js";
import { fileName } from "../parts/download.js";
import { entryDocument, entryRequest } from "../parts/entry-document.js";
import { downloads, rawFileLink } from "../parts/entry-downloads.js";
import { cellBox, formulaBox, ownBox, referenceBox, sourceBox, symmetryBox } from "../parts/entry-facts.js";
import { structureModel } from "../parts/structure-model.js";
import { structureViewer } from "../parts/structure-viewer.js";

/** Shows the page of the entry, or of the OPTIMADE structure, that the parameter `id` names. */
export async function show(main) {
  await useStyle("entry");
  const load = async () => {
    const id = parameters().get("id");
    if (!id) {
      return replace(main, el("h1", {}, "Entry"), nothing("The address names no entry."),
        el("p", {}, el("a", { href: view("explore") }, "Look for one")));
    }
    replace(main, busy("Reading the entry…"));
    try {
      const [entry, properties] = await Promise.all([entryDocument(id), structureProperties().catch(() => ({}))]);
      shown(main, entry, properties);
    } catch (error) {
      replace(main, el("h1", {}, "Entry"), problemBox(error),
        el("p", {}, el("a", { href: view("explore") }, "Look for another one")));
    }
  };
  onSessionChange(load);
  await load();
}

function shown(main, entry, properties) {
  const { structure, metadata } = entry;
  const title = plain(
    metadata.entry_name ?? structure?.chemical_formula_descriptive ?? entry.entry.mainfile_path ?? entry.id);
  document.title = `${title.slice(0, 80)} · Rutile`;
  let model, problem;
  try {
    if (structure) model = structureModel(structure);
  } catch (error) {
    problem = error;
  }
  const name = plain(structure?.chemical_formula_descriptive ?? title);
  replace(
    main,
    el("h1", {}, bdi(title.length > 200 ? `${title.slice(0, 199)}…` : title)),
    el("p", { class: "quiet under-title" },
      structure?.chemical_formula_reduced ? [formula(structure.chemical_formula_reduced), " · "] : null,
      el("code", {}, entry.resource.id)),
    el(
      "div", { class: "entry-columns" },
      el(
        "div", {},
        model
          ? el("section", { class: "panel", "aria-label": "Structure" }, structureViewer(model, {
            name: name.slice(0, 80), file: fileName(title), keep: (changes) => change(changes, { replacing: true }),
            state: {
              cells: parameters().get("cells"), manner: parameters().get("manner"), look: parameters().get("look"),
            },
          }))
          : problem ? el("section", { class: "panel" }, problemBox(problem)) : null,
        sourceBox(entry, rawFileLink(entry)), referenceBox(entry)),
      el(
        "div", { class: "entry-facts" },
        downloads(entry, model, title), formulaBox(structure, properties), cellBox(model, properties),
        symmetryBox(entry, properties), ownBox(structure, properties))),
    recipes(commands(entry)),
    el("h2", { id: "archive" }, "Archive"),
    archiveBrowser(entry.id, {
      leave: (id, path) => location.assign(view("entry", { id, path })),
    }));
}

function commands(entry) {
  const request = { method: "POST", path: "api/v1/graph/query", body: entryRequest(entry.id), token: Boolean(token()) };
  const structure = `optimade/v1/structures/${encodeURIComponent(entry.resource.id)}`;
  return {
    curl: () => curl(request),
    Python: () => python(request),
    "Graph request": () => JSON.stringify(request.body, null, 2),
    ...(entry.structure ? { OPTIMADE: () => `curl -s ${quoted(absolute(structure))}` } : {}),
  };
}
