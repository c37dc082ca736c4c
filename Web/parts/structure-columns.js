// The columns of a table of structures: which there are, and how their values are shown.

import { view } from "../core/address.js";
import { el } from "../core/dom.js";
import { formula, number, spaceGroup, time } from "../core/format.js";
import { isNumber } from "../core/properties.js";
import { nameOf } from "./property-names.js";

/** What is shown where nobody has chosen. */
export const usual = [
  "chemical_formula_reduced", "nelements", "nsites", "space_group_symbol_hermann_mauguin", "space_group_it_number",
];

/** The properties that fit into a cell of a table. */
export function offered(properties) {
  const isNested = ({ items }) => /list|dictionary/.test(items?.["x-optimade-type"]);
  const isPlain = (property) => property.type !== "dictionary" && !(property.type === "list" && isNested(property));
  return Object.values(properties).filter((property) => property.name !== "type" && isPlain(property));
}

/** The columns for the properties `names`, as `table` takes them; the first one leads to the structure. */
export function columnsFor(names, properties) {
  return names.filter((name) => properties[name]).map((name, index) => {
    const property = properties[name];
    const shown = (row) => cell(property, name === "id" ? row.id : row.attributes[name]);
    return {
      key: name, label: nameOf(property), help: property.description, sortable: property.sortable,
      isNumber: isNumber(property),
      cell: index > 0 ? shown : (row) => {
        const content = shown(row);
        return el("a", { href: view("entry", { id: row.id }) }, content === "" ? row.id : content);
      },
    };
  });
}

/** Characters of a text that a cell shows; all of it is in the entry. */
const most = 160;
/** Characters that stay in one line. */
const line = 24;

// A text as `shape` has it, shortened, in a box that has lines where it is long.
function boxed(text, shape = (content) => content) {
  const content = shape(text.length > most ? `${text.slice(0, most)}…` : text);
  return text.length > line ? el("span", { class: "long" }, content) : content;
}

function cell({ name, type }, value) {
  if (value === null || value === undefined) return "";
  if (Array.isArray(value)) return boxed(value.map(plain).join(", "));
  if (/^chemical_formula_(reduced|hill|descriptive|anonymous)$/.test(name)) return boxed(value, formula);
  if (name === "space_group_symbol_hermann_mauguin") return boxed(value, spaceGroup);
  if (type === "timestamp") return time(value);
  return boxed(plain(value));
}

function plain(value) {
  if (typeof value === "number") return Number.isInteger(value) ? String(value) : number(value);
  if (typeof value === "boolean") return value ? "yes" : "no";
  return typeof value === "string" ? value : JSON.stringify(value);
}
