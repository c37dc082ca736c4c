// What somebody means who types into a search box: a formula, elements, an id or a filter.

import { element } from "./elements.js";
import { conditions, quoted } from "./filter-text.js";

/**
 * What `text` means: `{kind, filter, says}`, and of an id `{id}`. `kind` is `nothing`, `formula`, `elements`, `filter` or
 * `id`; `says` is for people.
 */
export function understood(text) {
  const words = text.trim();
  if (words === "") return { kind: "nothing", filter: "", says: "All structures" };
  const symbols = elementList(words);
  if (symbols) {
    const list = symbols.map(quoted).join(", ");
    return {
      kind: "elements", says: `Structures with ${symbols.join(" and ")}, and perhaps others`,
      filter: `elements HAS ${symbols.length > 1 ? "ALL " : ""}${list}`,
    };
  }
  const reduced = reducedFormula(words);
  if (reduced) {
    const filter = `chemical_formula_reduced = ${quoted(reduced)}`;
    return { kind: "formula", filter, says: `Structures of the formula ${reduced}` };
  }
  if (isFilter(words)) return { kind: "filter", filter: words, says: "Structures that match this filter" };
  // What one writes in small letters is seldom an id: those are long, or have capitals, too.
  const hint = /^[a-z][a-z0-9 ,-]{0,15}$/.test(words) ? ". Elements begin with capital letters: TiO2, Ti-O" : "";
  return { kind: "id", id: words, filter: `id = ${quoted(words)}`, says: `What has the id ${words}${hint}` };
}

// Ti-O, Ti O, Ti, O: symbols with something between them. One symbol alone is a formula.
function elementList(words) {
  const parts = words.split(/\s*[-,;\s]\s*/).filter(Boolean);
  return parts.length > 1 && parts.every((part) => element(part)) ? [...new Set(parts)] : null;
}

/**
 * The formula of OPTIMADE for a formula as people write it: elements in alphabetical order, smallest whole numbers, no
 * 1. Parentheses and numbers with decimals are understood: `Ca(OH)2`, `Li0.5CoO2`. Null for what is no formula.
 */
export function reducedFormula(words) {
  const amounts = amountsOf(words.replace(/[₀-₉]/g, (digit) => digit.charCodeAt(0) - 0x2080).replace(/\s+/g, ""));
  if (!amounts) return null;
  const scale = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 100, 1000].find((factor) =>
    Object.values(amounts).every((amount) => Math.abs(amount * factor - Math.round(amount * factor)) < 1e-6));
  if (!scale) return null;
  const whole = Object.entries(amounts).map(([symbol, amount]) => [symbol, Math.round(amount * scale)]);
  const divisor = whole.reduce((found, [, amount]) => greatestDivisor(found, amount), 0);
  if (divisor === 0 || whole.some(([, amount]) => amount === 0)) return null;
  return whole.sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([symbol, amount]) => symbol + (amount === divisor ? "" : amount / divisor)).join("");
}

function amountsOf(text) {
  const levels = [{}];
  const pattern = /([A-Z][a-z]?)(\d*\.?\d*)|([([])|[)\]](\d*\.?\d*)/y;
  while (pattern.lastIndex < text.length) {
    const match = pattern.exec(text);
    if (!match) return null;
    const [, symbol, amount, opening, factor] = match;
    if (opening) levels.push({});
    else if (symbol) {
      if (!element(symbol)) return null;
      add(levels.at(-1), symbol, amount === "" ? 1 : Number(amount));
    } else {
      if (levels.length === 1) return null;
      const inner = Object.entries(levels.pop());
      const times = factor === "" ? 1 : Number(factor);
      inner.forEach(([name, value]) => add(levels.at(-1), name, value * times));
    }
  }
  const isWhole = levels.length === 1 && Object.values(levels[0]).every((amount) => amount > 0 && amount < 1e6);
  return isWhole && Object.keys(levels[0]).length > 0 ? levels[0] : null;
}

function add(amounts, symbol, amount) {
  amounts[symbol] = (amounts[symbol] ?? 0) + amount;
}

function greatestDivisor(one, other) {
  return other === 0 ? one : greatestDivisor(other, one % other);
}

// A filter compares something: no id does.
function isFilter(words) {
  try {
    return conditions(words).some(({ tokens }) => tokens.some(({ kind, text }) =>
      kind === "operator" || (kind === "keyword" && /^(HAS|IS|CONTAINS|STARTS|ENDS|LENGTH)$/.test(text))));
  } catch {
    return /["<>=]|\b(HAS|CONTAINS|LENGTH)\b/.test(words);
  }
}
