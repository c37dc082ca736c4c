// Three searches that find something here, whatever is here.

import { view } from "../core/address.js";
import { element } from "./elements.js";
import { write } from "./filter-conditions.js";
import { facets } from "./facets.js";

/** `{path, words, text}`: where each leads, what it is for, and its filter or order. */
export async function examples() {
  const { elements, systems } = await facets("");
  const [first, second] = ranked(elements);
  const [system] = ranked(systems);
  const has = [first, second].filter(Boolean).sort();
  const names = has.map((symbol) => (element(symbol)?.name ?? symbol).toLowerCase());
  const withElements = has.length ? write("", {}, "elements", { has, not: [], only: true }) : "";
  const withSystem = system ? write("", {}, "systems", [system]) : "";
  return [
    withElements && { words: `Of ${names.join(" and ")} alone`, filter: withElements },
    withSystem && { words: `All that is ${system}`, filter: withSystem },
    { words: "The largest first", sort: "-nsites" },
  ].filter(Boolean).map(({ words, filter, sort }) =>
    ({ path: view("explore", { filter, sort }), words, text: filter ?? `sort: ${sort}` }));
}

function ranked(counts) {
  return Object.entries(counts).sort(([, one], [, other]) => other - one).map(([name]) => name);
}
