// What is said of an upload: name, description, licence, references.

import { el, replace } from "../core/dom.js";
import { problemBox } from "../core/notice.js";
import { saveLine } from "./save-line.js";

/** The panel with `facts` and the description; `may`: what the user may do; `edit(metadata)` edits. */
export function textsPanel(upload, facts, may, edit) {
  const description = el("p", { class: "description" }, upload.description ?? "");
  return el(
    "section", { class: "panel" },
    el("h3", {}, "About"), description, facts,
    may.edit ? [textsForm(upload, description, may, edit), referencesForm(edit)] : null);
}

function textsForm(upload, description, may, edit) {
  const name = el("input", { value: upload.upload_name ?? "", maxlength: 1024 });
  const text = el("textarea", { value: upload.description ?? "", rows: 4 });
  const licence = el("input", {
    value: upload.license, maxlength: 1024, list: "licences", required: upload.license !== "",
  });
  const line = saveLine("Save");
  return el(
    "details", {},
    el("summary", {}, may.license ? "Edit name, description, licence" : "Edit name and description"),
    el(
      "form", { class: "stack", onsubmit: (event) => {
        event.preventDefault();
        line.during(async () => {
          // Null leaves it as it is.
          const license = may.license ? licence.value.trim() || null : null;
          await edit({ upload_name: name.value.trim(), description: text.value, license });
          replace(description, text.value);
        });
      } },
      el("label", {}, "Name", name),
      el("label", {}, "Description", text),
      may.license
        ? el("label", {}, "Licence", licence,
          el("datalist", { id: "licences" }, ["CC BY 4.0", "CC0 1.0", "CC BY-SA 4.0", "CC BY-NC 4.0"].map((value) =>
            el("option", { value }))))
        : null,
      line.element));
}

function referencesForm(edit) {
  const field = el("textarea", {
    rows: 3, class: "code", placeholder: "https://doi.org/10.…", "aria-describedby": "reference-help",
  });
  const place = el("div", { "aria-live": "polite" });
  const change = async (how) => {
    const references = field.value.split(/\s*\n\s*/).map((line) => line.trim()).filter(Boolean);
    try {
      await edit({ references: how === "set" ? references : { [how]: references } });
      replace(place, el("p", {}, "Saved for all entries."));
    } catch (problem) {
      replace(place, problemBox(problem));
    }
  };
  return el(
    "details", {},
    el("summary", {}, "References of all entries"),
    el(
      "div", { class: "stack" },
      el("label", {}, "Addresses or DOIs, one a line", field),
      el("p", { class: "quiet", id: "reference-help" }, "For single entries, choose these in the table of entries."),
      el(
        "div", { class: "buttons" },
        el("button", { type: "button", onclick: () => change("add") }, "Add"),
        el("button", { type: "button", onclick: () => change("remove") }, "Take away"),
        el("button", { type: "button", onclick: () => change("set") }, "Put in place of all")),
      place));
}
