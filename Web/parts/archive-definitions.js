// What the definitions say of the section at a place of an archive.

import { ask } from "../core/http.js";
import { pick, placeRequest } from "./archive-request.js";

const attributes = { name: "*", description: "*", unit: "*", shape: "*", type: "*", label: "*" };

/** What a request asks of a section to learn its definition: a key beside others, or all that is asked. */
export const definitionWanted = {
  m_def: { name: "*", description: "*", all_properties: "*", all_quantities: attributes },
};

/** Asks for the definition of the section at `steps`; the same as `definitionIn` its answer. */
export async function sectionDefinition(entry, steps, signal) {
  const { data } = await ask("api/v1/graph/query", { body: placeRequest(entry, steps, definitionWanted), signal });
  return definitionIn(data, entry, steps);
}

/**
 * The definition of the section at `steps` in an answer: `{name, qualifiedName, description, properties}`; undefined
 * where there is none. `properties` is a map from names to `{isSection, description, unit, shape, type}`.
 */
export function definitionIn(data, entry, steps) {
  const path = pick(data, ["entries", entry, "archive", ...steps, "m_def", "m_def"]);
  const definition = typeof path === "string" ? pick(data, path.split("/")) : undefined;
  if (!definition) return undefined;
  const properties = new Map(
    Object.entries(definition.all_properties ?? {}).map(([name, place]) => {
      const isSection = /\/sub_sections\/\d+$/.test(place);
      return [name, { isSection, ...(isSection ? {} : pick(data, place.split("/")) ?? {}) }];
    }));
  return {
    name: definition.name, description: definition.description, properties,
    qualifiedName: path.startsWith("metainfo/") ? `${path.split("/")[1]}.${definition.name}` : definition.name,
  };
}

/** A type in words: `float64`, `text`, `reference to System`. */
export function typeText(type) {
  if (!type) return "";
  const { type_kind: kind, type_data: data } = type;
  if (kind === "enum") return `one of ${(Array.isArray(data) ? data : data?.list ?? []).join(", ")}`;
  if (kind === "reference" || kind === "quantity_reference") return `reference to ${targetText(String(data))}`;
  return String(typeof data === "string" ? data.split(".").at(-1) : kind);
}

// What is referred to is said by the path of its definition.
function targetText(path) {
  const what = path.includes("/section_definitions/") ? "a section" : "a quantity";
  if (path.startsWith("metainfo/")) return `${what} of ${path.split("/")[1]}`;
  return path.startsWith("uploads/") ? `${what} of a schema that was sent` : path;
}

/** A shape in words: `3 × *`. */
export function shapeText(shape) {
  return Array.isArray(shape) && shape.length ? shape.join(" × ") : "";
}
