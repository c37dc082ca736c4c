// The controls of Explore that make up a filter: elements, crystal systems, ranges, texts. They show what the filter's
// text says, and change it.

import { el, replace } from "../core/dom.js";
import { keepingFocus } from "../core/focus.js";
import { count } from "../core/format.js";
import { bringIntoSight, sideways } from "../core/sideways.js";
import { crystalSystems, isRange, read, without, write } from "./filter-conditions.js";
import { conditionRow } from "./filter-rows.js";
import { periodicTable } from "./periodic-table.js";
import { nameOf } from "./property-names.js";

/** The properties whose rows are always there. */
const standing = ["nelements", "nsites", "nperiodic_dimensions", "space_group_it_number"];

/**
 * The controls for a filter over `properties` (the server's, by name). `onChange(text)` gets the new filter.
 * Gives `{box, update(text), count({elements, systems})}`: `update` shows another filter, and throws a
 * `FilterTextProblem` where it cannot be taken apart; `count` tells how often values occur in the results.
 */
export function filterWidgets(properties, onChange) {
  let text = "";
  let said = read("", properties);
  let counts;
  const change = (key, value) => onChange(write(text, properties, key, value));

  const choose = (symbol, state) => {
    const others = (symbols) => symbols.filter((other) => other !== symbol);
    const lists = { has: others(said.elements.has), not: others(said.elements.not), only: said.elements.only };
    if (state !== "none") lists[state].push(symbol);
    change("elements", lists);
  };
  const table = periodicTable(choose);
  const scroll = sideways(el("div", { class: "scroll" }, table.box));
  const common = el("div", { class: "buttons", role: "group", "aria-label": "Elements of the results" });
  const only = el("input", { type: "checkbox", onchange: () =>
    change("elements", { ...said.elements, only: only.checked }) });
  const systems = crystalSystems.map(({ name, first, last }) => el("button", {
    type: "button", "data-system": name, "aria-pressed": "false", title: `space groups ${first} to ${last}`,
    onclick: () => {
      const others = said.systems.filter((other) => other !== name);
      const names = others.length < said.systems.length ? others : [...others, name];
      change("systems", names.length ? names : null);
    } }, name));

  const rows = new Map();
  const opened = new Set(standing.filter((name) => properties[name]));
  const list = el("div", { class: "rows" });
  const more = el("select", { onchange: () => {
    const name = more.value;
    opened.add(name);
    refresh(text);
    rows.get(name).focus();
  } });
  const others = el("div", { class: "others" });
  const note = el(
    "p", { class: "problem", hidden: true }, "The controls wait until the filter's text can be read again.");
  const isWide = matchMedia("(min-width: 900px)").matches;
  const fields = el(
    "div", { class: "widgets" },
    el(
      "details", { class: "panel", open: true }, el("summary", {}, "Elements"),
      scroll,
      el("p", { class: "legend quiet" }, "Click once: must be there. Twice: must not."),
      el("label", { class: "check" }, only, "Only these elements"),
      common),
    el(
      "details", { class: "panel", open: isWide }, el("summary", {}, "Crystal system and properties"),
      el("div", { class: "buttons", role: "group", "aria-label": "Crystal system" }, systems),
      list, el("label", { class: "more" }, "Another property", more)));
  const box = el("div", {}, note, others, fields);

  // The same text again changes nothing: a click may be under way that a change would lose.
  function update(next) {
    if (next !== text || fields.inert) refresh(next);
  }

  function refresh(next) {
    try {
      said = read(next, properties);
    } catch (problem) {
      note.hidden = false;
      fields.inert = true;
      throw problem;
    }
    note.hidden = true;
    fields.inert = false;
    text = next;
    only.checked = said.elements.only;
    only.disabled = said.elements.has.length === 0;
    updateRows();
    updateOthers();
    updateCounts();
    bringIntoSight(scroll, table.chosen());
  }

  function updateRows() {
    const used = [said.ranges, said.texts, said.flags].flatMap(Object.keys);
    used.forEach((name) => opened.add(name));
    for (const name of opened) {
      if (!rows.has(name)) {
        const onClose = standing.includes(name) ? null : () => close(name);
        const row = conditionRow(properties[name], (value) => change(name, value), onClose);
        rows.set(name, row);
        list.append(row.box);
      }
      rows.get(name).update(said.ranges[name] ?? said.texts[name] ?? said.flags[name] ?? null);
    }
    const left = Object.values(properties).filter(({ name, type }) =>
      !opened.has(name) && (isRange(type) || type === "string" || type === "boolean") && name !== "type");
    replace(
      more, el("option", { value: "" }, "choose…"),
      left.map((property) => el("option", { value: property.name }, nameOf(property))));
  }

  function close(name) {
    opened.delete(name);
    rows.get(name).box.remove();
    rows.delete(name);
    const isSaid = name in said.ranges || name in said.texts || name in said.flags;
    if (isSaid) change(name, null);
    else refresh(text);
    more.focus();
  }

  function updateOthers() {
    const now = said.others.join("\n");
    if (others.dataset.shown === now) return;
    others.dataset.shown = now;
    replace(others, said.others.length === 0 ? [] : el(
      "div", { class: "panel" },
      el("p", { class: "quiet" }, "Only in the text, since no control can show it:"),
      el("ul", {}, said.others.map((other, index) => el(
        "li", {}, el("code", {}, other),
        el("button", { type: "button", "aria-label": `Take out: ${other.slice(0, 80)}`, title: "Take out",
          onclick: () => onChange(without(text, properties, index)) }, "×"))))));
  }

  function updateCounts() {
    table.update(said.elements, counts?.elements);
    keepingFocus(common, () => replace(common, commonElements()));
    systems.forEach((button) => {
      const name = button.dataset.system;
      button.setAttribute("aria-pressed", String(said.systems.includes(name)));
      const number = counts?.systems ? el("span", { class: "count" }, count(counts.systems[name] ?? 0)) : null;
      replace(button, name, number ? [" ", number] : []);
    });
  }

  // The elements that results have most often, but for those that are wanted anyway.
  function commonElements() {
    const found = Object.entries(counts?.elements ?? {}).filter(([symbol]) => !said.elements.has.includes(symbol));
    return found.sort(([, one], [, other]) => other - one).slice(0, 12).map(([symbol, number]) => el(
      "button", { type: "button", class: "facet", "aria-label": `${symbol}, in ${count(number)} of the results`,
        title: "Only structures with this element", onclick: () => choose(symbol, "has") },
      symbol, " ", el("span", { class: "count" }, count(number))));
  }

  refresh("");
  return { box, update, count(next) {
    counts = next;
    updateCounts();
  } };
}
