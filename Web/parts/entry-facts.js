// Boxes with what is known of an entry: its cell, symmetry, formulas, where it comes from.

import { view } from "../core/address.js";
import { bdi, el } from "../core/dom.js";
import { formula, items, number, plain, spaceGroup, time } from "../core/format.js";

/** A box of facts: `rows` are `[name, value, help]`, left out where the value is absent; nothing without rows. */
export function factBox(title, rows) {
  const known = rows.filter(([, value]) => value !== undefined && value !== null && value !== "" && value !== false);
  if (known.length === 0) return null;
  return el(
    "section", { class: "panel" }, el("h2", {}, title),
    el("dl", { class: "facts" }, known.map(([name, value, help]) =>
      el("div", {}, el("dt", { title: help }, name), el("dd", {}, value)))));
}

/** Lengths, angles and volume of the cell. */
export function cellBox(model, properties) {
  if (!model?.cell) return null;
  const { lengths, angles, volume } = model.cell;
  const density = model.sites.reduce((sum, site) => sum + site.occupancy, 0) / volume;
  return factBox("Cell", [
    ["a, b, c", `${lengths.map((length) => number(length)).join(", ")} Å`, properties.lattice_vectors?.description],
    ["α, β, γ", `${angles.map((angle) => number(angle, 5)).join(", ")}°`],
    ["Volume", `${number(volume)} Å³`],
    ["Atoms per volume", `${number(density, 4)} Å⁻³`],
    ["Periodic along", model.periodic.every(Boolean) ? "a, b, c"
      : ["a", "b", "c"].filter((_, axis) => model.periodic[axis]).join(", ") || "nothing",
    properties.dimension_types?.description],
  ]);
}

const formulas = [
  "chemical_formula_descriptive", "chemical_formula_reduced", "chemical_formula_hill", "chemical_formula_anonymous",
  "nelements", "nsites", "structure_features",
];

/** Formulas and counts. */
export function formulaBox(structure, properties) {
  return factBox("Composition", formulas.map((name) => {
    const value = structure?.[name];
    const text = Array.isArray(value) ? value.join(", ") : value && plain(value);
    const shown = name.startsWith("chemical") && text ? formula(text) : text;
    return [labelOf(name, properties), shown, properties[name]?.description];
  }));
}

/** The symmetry that was found, and the one that the source states. */
export function symmetryBox({ symmetry, symmetryDefinitions, structure }, properties) {
  const operations = structure?.space_group_symmetry_operations_xyz;
  const stated = ["space_group_symbol_hermann_mauguin", "space_group_symbol_hall", "space_group_it_number"];
  const found = Object.entries(symmetry).filter(([, value]) => typeof value !== "object");
  const symbols = ["space_group_symbol", "space_group_symbol_hermann_mauguin"];
  const shown = (name, value) => (value && symbols.includes(name) ? spaceGroup(value) : value);
  return factBox("Symmetry", [
    ...(found.length
      ? found.map(([name, value]) => [words(name), shown(name, String(value)), symmetryDefinitions.get(name)?.description])
      : stated.map((name) => [labelOf(name, properties), shown(name, structure?.[name]), properties[name]?.description])),
    [
      labelOf("space_group_symmetry_operations_xyz", properties),
      Array.isArray(operations) ? operationList(operations) : undefined,
      properties.space_group_symmetry_operations_xyz?.description,
    ],
  ]);
}

function operationList(operations) {
  return el("details", {}, el("summary", {}, String(operations.length)),
    el("ul", { class: "operations" }, operations.slice(0, 192).map((operation) => el("li", {}, String(operation)))));
}

/** Properties that only this provider has. */
export function ownBox(structure, properties) {
  const names = Object.keys(structure ?? {}).filter((name) => name.startsWith("_"));
  return factBox("Other properties", names.map((name) => {
    const value = structure[name];
    const unit = properties[name]?.["x-optimade-unit"];
    const isUnit = unit && !["dimensionless", "inapplicable"].includes(unit);
    const text = value === null ? null : typeof value === "object" ? JSON.stringify(value) : String(value);
    return [labelOf(name, properties), text === null ? null : [bdi(text.slice(0, 300)), isUnit ? ` ${unit}` : null],
      properties[name]?.description];
  }));
}

/** Upload, file (`link` leads to it), times, licence, people. */
export function sourceBox({ entry, metadata, upload }, link) {
  const people = [upload.main_author, ...(upload.coauthors ?? [])].filter(Boolean);
  return factBox("Where it comes from", [
    ["Upload", [
      upload.upload_name ? [bdi(upload.upload_name, { class: "clamped", title: upload.upload_name }), " "] : null,
      el("a", { href: view("my-data", { upload: entry.upload_id }) }, el("code", {}, entry.upload_id)),
    ]],
    ["File", link],
    ["Part of the file", entry.mainfile_key],
    ["Id in its source", plain(metadata.external_id)],
    ["Comment", plain(metadata.comment)],
    ["Licence", upload.license],
    ["DOI", upload.doi?.id ?? (typeof upload.doi === "string" ? upload.doi : undefined)],
    ["Authors", joined(people.map((person) => person.name ?? person.username ?? String(person)))],
    ["Imported", time(entry.entry_create_time)],
    ["Published", upload.published ? time(upload.publish_time) : "no"],
    ["Embargo", upload.with_embargo ? "yes" : null],
    ["Datasets", joined(items(metadata.datasets).map((dataset) => plain(dataset?.dataset_name ?? dataset)))],
    ["Entry id", el("code", {}, entry.entry_id)],
    ["Warnings", list(entry.warnings)],
    ["Errors", list(entry.errors)],
  ]);
}

function joined(names) {
  return names.length ? names.map((name, index) => [index ? ", " : null, bdi(name)]) : undefined;
}

function list(texts) {
  return texts?.length ? el("ul", { class: "plain" }, items(texts).map((text) => el("li", {}, plain(text)))) : undefined;
}

/** The publications that tell of it. */
export function referenceBox({ metadata, reference, resource, id }) {
  const lines = [];
  if (reference) {
    const authors = items(reference.authors).map((author) => plain(author?.name)).filter(Boolean).join("; ");
    const place = [reference.journal, reference.volume, reference.pages, reference.year].filter(Boolean).map(plain)
      .join(", ");
    lines.push(el("li", {}, authors ? [bdi(authors), ": "] : null,
      reference.title ? el("cite", {}, bdi(plain(reference.title).replace(/\.$/, ""))) : null, place ? [". ", bdi(place)] : null,
      reference.doi ? [" ", link(`https://doi.org/${plain(reference.doi)}`)] : null));
  } else {
    for (const text of items(metadata.references)) lines.push(el("li", {}, link(plain(text))));
  }
  for (const related of items(resource.relationships?.references?.data)) {
    const address = `optimade/v1/references/${encodeURIComponent(related?.id)}`;
    lines.push(el("li", {}, el("a", { href: address }, plain(related?.id))));
  }
  if (lines.length === 0) return null;
  return el("section", { class: "panel" }, el("h2", {}, "References"), el("ul", { class: "plain" }, lines));
}

// Only addresses of the web become links.
function link(text) {
  return /^https?:\/\/\S+$/.test(text) ? el("a", { href: text, rel: "noreferrer noopener" }, text) : text;
}

/** The name of a property for people: the title that its definition has, else its own. */
function labelOf(name, properties) {
  const title = properties[name]?.title;
  return words(title && title !== name ? title : name.replace(/^_[a-z0-9]+_/, ""));
}

function words(name) {
  const text = name.replaceAll("_", " ");
  return text[0].toUpperCase() + text.slice(1);
}
