// A model: a JSON Schema, as a tree that folds out.

import { view } from "../core/address.js";
import { el } from "../core/dom.js";
import { prose } from "./prose.js";
import { modelName, target } from "./openapi.js";

/** The tree of `schema` in `document`; models that it refers to fold out when they are asked for. */
export function schemaView(document, schema) {
  const model = target(document, schema) ?? {};
  const name = modelName(schema);
  const parts = [
    el(
      "p", { class: "model" },
      name ? el("a", { href: view("reference", { model: `${document.name}/${name}` }) }, name) : null,
      name ? " " : null, el("span", { class: "quiet" }, typeText(document, model)),
      model.description ? [" · ", prose(model.description)] : null),
  ];
  const members = Object.entries(model.properties ?? {});
  if (members.length) {
    parts.push(el("ul", { class: "schema" }, members.map(([key, member]) => memberView(document, key, member, model))));
  }
  if (model.items && Object.keys(model.items).length) {
    parts.push(folded(document, "each item", model.items));
  }
  if (isMap(model)) parts.push(folded(document, "each member", model.additionalProperties));
  for (const word of ["oneOf", "anyOf", "allOf"]) {
    if (model[word]) parts.push(model[word].map((choice, index) => folded(document, `${word} ${index + 1}`, choice)));
  }
  return el("div", {}, parts);
}

function memberView(document, key, schema, parent) {
  const model = target(document, schema) ?? {};
  const heading = [
    el("code", {}, key), " ",
    el("span", { class: "quiet" }, typeText(document, schema), parent.required?.includes(key) ? ", required" : null),
    model.description ? [" · ", prose(model.description)] : null,
  ];
  const isDeep = model.properties || (model.items && (model.items.$ref || model.items.properties))
    || model.oneOf || model.anyOf || isMap(model);
  return el("li", {}, isDeep ? folded(document, heading, schema) : heading);
}

// Whether objects have members of any names, about whose values something is said.
function isMap(model) {
  return Object.keys(model.additionalProperties ?? {}).length > 0;
}

// What is folded in is made when it is wanted: models may refer to themselves.
function folded(document, heading, schema) {
  const box = el("details", { ontoggle: () => {
    if (box.open && box.children.length === 1) box.append(schemaView(document, schema));
  } }, el("summary", {}, heading));
  return box;
}

/** A schema in a few words: `list of string`, `integer, 0 to 500`. */
export function typeText(document, schema) {
  const name = modelName(schema);
  if (name) return name;
  if (!schema || !Object.keys(schema).length) return "any JSON";
  const words = [];
  if (schema.enum) words.push(`one of ${schema.enum.map((value) => JSON.stringify(value)).join(", ")}`);
  else if (schema.type === "array" && schema.items) words.push(`list of ${typeText(document, schema.items)}`);
  else if (schema.type) words.push([schema.type].flat().join(" or "));
  if (schema.format) words.push(schema.format);
  if (schema.minimum !== undefined && schema.maximum !== undefined) words.push(`${schema.minimum} to ${schema.maximum}`);
  else if (schema.minimum !== undefined) words.push(`at least ${schema.minimum}`);
  if (schema.default !== undefined) words.push(`${JSON.stringify(schema.default)} unless given`);
  return words.join(", ");
}
