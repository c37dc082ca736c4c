// One condition on one property, as a row of fields.

import { el } from "../core/dom.js";
import { isRange, relations } from "./filter-conditions.js";
import { nameOf } from "./property-names.js";

/**
 * A row for `property`. `onChange` gets what `write` takes: `{from, to}`, `{relation, value}`, `TRUE` or `FALSE`, or
 * null; `onClose` is there where the row can be taken away.
 * Gives `{box, update(value), focus()}`.
 */
export function conditionRow(property, onChange, onClose) {
  const kind = isRange(property.type) ? range : property.type === "boolean" ? flag : text;
  const { fields, update } = kind(property, onChange);
  const name = nameOf(property);
  const close = onClose
    ? el("button", { type: "button", class: "close", "aria-label": `Take away: ${name}`, onclick: onClose }, "×")
    : null;
  const box = el(
    "div", { class: "row", role: "group", "aria-label": name },
    el("span", { class: "name", title: property.description }, name),
    el("div", { class: "fields" }, fields, close));
  return { box, update, focus: () => box.querySelector("input, select").focus() };
}

const number = /^[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?$/;

function range(property, onChange) {
  const isTime = property.type === "timestamp";
  const name = nameOf(property);
  const look = isTime ? { placeholder: "2026-01-31T00:00:00Z", size: 20 } : { inputmode: "decimal", size: 6 };
  const bound = (word, hint) =>
    el("input", { "aria-label": `${name}, ${word}`, placeholder: hint, ...look, onchange: changed });
  const from = bound("at least", property.minimum === undefined ? "from" : `from ${property.minimum}`);
  const to = bound("at most", property.maximum === undefined ? "to" : `to ${property.maximum}`);

  function changed() {
    const fields = [from, to];
    fields.forEach((field) => {
      const isWrong = field.value.trim() !== "" && !isTime && !number.test(field.value.trim());
      field.setAttribute("aria-invalid", String(isWrong));
      field.title = isWrong ? "This is no number." : "";
    });
    if (fields.some((field) => field.getAttribute("aria-invalid") === "true")) return;
    onChange({ from: from.value.trim(), to: to.value.trim() });
  }
  return { fields: [from, el("span", { class: "quiet", "aria-hidden": "true" }, "–"), to], update: (value) => {
    set(from, value?.from ?? "");
    set(to, value?.to ?? "");
  } };
}

function text(property, onChange) {
  const name = nameOf(property);
  const relation = el("select", { "aria-label": `${name}, how`, onchange: changed },
    relations.map(([value, words]) => el("option", { value }, words)));
  const value = el("input", { "aria-label": name, size: 14, onchange: changed });
  function changed() {
    onChange({ relation: relation.value, value: value.value });
  }
  return { fields: [relation, value], update: (said) => {
    if (said) relation.value = said.relation;
    set(value, said?.value ?? "");
  } };
}

function flag(property, onChange) {
  const choice = el(
    "select", { "aria-label": nameOf(property), onchange: () => onChange(choice.value || null) },
    [["", "any"], ["TRUE", "yes"], ["FALSE", "no"]].map(([value, words]) => el("option", { value }, words)));
  return { fields: [choice], update: (said) => set(choice, said ?? "") };
}

// What is being typed stays where the filter says the same; a field that was wrong no longer is.
function set(field, value) {
  if (field.value !== value) field.value = value;
  field.removeAttribute("aria-invalid");
}
