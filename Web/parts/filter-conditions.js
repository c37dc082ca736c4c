// What the controls of Explore can say, and the filter's text: read out of it, and written into it. A change rewrites
// only the conditions that it concerns; all other text stays as it was typed.

import { element } from "./elements.js";
import { conditions, joined, quoted, unquoted } from "./filter-text.js";

/** The crystal systems, each with its first and last space group. */
export const crystalSystems = [
  ["triclinic", 1, 2], ["monoclinic", 3, 15], ["orthorhombic", 16, 74], ["tetragonal", 75, 142],
  ["trigonal", 143, 167], ["hexagonal", 168, 194], ["cubic", 195, 230],
].map(([name, first, last]) => ({ name, first, last }));

const spaceGroup = "space_group_it_number";

/** How a property of text can be compared: what the filter says, and what people read. */
export const relations = [
  ["=", "is"], ["CONTAINS", "contains"], ["STARTS WITH", "begins with"], ["ENDS WITH", "ends with"],
];

/**
 * What the filter `text` says, given the `properties` of the server:
 * `elements` `{has, not, only}`, `ranges` by property `{from, to}` as written, `texts` by property `{relation, value}`,
 * `flags` by property `TRUE` or `FALSE`, `systems` (names), and `others`: the conditions that no control can show, as
 * texts. Throws a `FilterTextProblem`.
 */
export function read(text, properties) {
  const elements = { has: [], not: [], only: false };
  const found = { elements, ranges: {}, texts: {}, flags: {}, systems: [], others: [] };
  for (const { condition, meaning } of understood(text, properties)) {
    if (!meaning) found.others.push(condition.text);
    else meaning.put(found);
  }
  return found;
}

/**
 * The filter `text` with another value for what `key` names: `elements` `{has, not, only}`, `systems` (names), or a
 * property with `{from, to}`, `{relation, value}` or `TRUE` and `FALSE`; null takes it out.
 */
export function write(text, properties, key, value) {
  const parts = understood(text, properties);
  const own = parts.map(({ meaning }) => meaning?.key === key);
  const texts = written(key, value, properties);
  const first = own.indexOf(true);
  const kept = parts.map(({ condition }, index) => (own[index] ? null : condition.text));
  kept.splice(first < 0 ? kept.length : first, 0, ...texts);
  return joined(kept.filter((part) => part !== null));
}

/** The filter without one of the conditions that no control shows. */
export function without(text, properties, other) {
  let seen = -1;
  const kept = understood(text, properties).filter(({ meaning }) => meaning || (seen += 1) !== other);
  return joined(kept.map(({ condition }) => condition.text));
}

// Two conditions may claim the same place of a control, such as two lower bounds: the first one has it.
function understood(text, properties) {
  const taken = new Set();
  const parts = conditions(text).map((condition) => {
    const meaning = meaningOf(condition.tokens, properties);
    const places = (meaning?.places ?? []).map((place) => `${meaning.key} ${place}`);
    if (!meaning || places.some((place) => taken.has(place))) return { condition, meaning: null };
    places.forEach((place) => taken.add(place));
    return { condition, meaning };
  });
  return onlyWithAll(parts);
}

// "Only these" can be shown where the elements that must be there are the ones that may be there.
function onlyWithAll(parts) {
  const lists = (place) => parts.flatMap(({ meaning }) => (meaning?.key === "elements" && meaning[place]) || []);
  const wanted = [...new Set(lists("has"))].sort().join();
  const unwanted = new Set(lists("not"));
  return parts.map((part) => {
    const { meaning } = part;
    if (meaning?.key !== "elements") return part;
    const isOdd = meaning.only
      ? [...meaning.only].sort().join() !== wanted
      : meaning.has?.some((symbol) => unwanted.has(symbol));
    return isOdd ? { ...part, meaning: null } : part;
  });
}

function meaningOf(all, properties) {
  const parts = bare(all);
  const isWord = ({ kind }) => kind === "keyword" || kind === "operator";
  const shape = parts.map((token) => (isWord(token) ? token.text : token.kind)).join(" ");
  const name = parts.find((token) => token.kind === "name")?.text;
  if (/^(NOT )?name HAS/.test(shape) && name === "elements") return elementsOf(parts, shape);
  const type = parts[0]?.kind === "name" ? properties[name]?.type : undefined;
  const value = parts.at(-1)?.text;
  if (type === "string" && /^name (=|CONTAINS|(STARTS|ENDS)( WITH)?) string$/.test(shape)) {
    return textOf(name, parts, value);
  }
  if (type === "boolean" && /^name = (TRUE|FALSE)$/.test(shape)) {
    return { key: name, places: ["value"], put: (found) => { found.flags[name] = value; } };
  }
  if (isRange(type) && /^name (=|<=|>=|<|>) (number|string)$/.test(shape)) {
    return rangeOf(name, type, parts[1].text, parts[2]);
  }
  return systemsOf(all);
}

// A condition in parentheses means what it means without them, where it is a single one.
function bare(all) {
  const isJoint = ({ text }) => ["(", ")", "AND", "OR"].includes(text);
  const isGroup = all.length > 2 && all[0].text === "(" && all.at(-1).text === ")";
  const parts = isGroup && !all.slice(1, -1).some(isJoint) ? all.slice(1, -1) : all;
  // NOT (…) is NOT …
  if (parts[0]?.text === "NOT" && parts[1]?.text === "(") {
    const inner = bare(parts.slice(1));
    if (inner[0].text !== "(") return [parts[0], ...inner];
  }
  return parts;
}

function elementsOf(parts, shape) {
  const symbols = parts.filter((token) => token.kind === "string").map((token) => unquoted(token.text));
  const list = "string( mark string)*";
  const areListed = !parts.some((token) => token.kind === "mark" && token.text !== ",");
  if (!areListed || !symbols.every((symbol) => element(symbol))) return null;
  const meaning = { key: "elements", places: [] };
  const put = (place) => ({ ...meaning, [place]: symbols, put: (found) => {
    found.elements[place] = [...new Set([...found.elements[place], ...symbols])];
  } });
  if (new RegExp(`^name HAS (string|ALL ${list})$`).test(shape)) return put("has");
  if (new RegExp(`^NOT name HAS (string|ANY ${list})$`).test(shape)) return put("not");
  if (new RegExp(`^name HAS ONLY ${list}$`).test(shape)) {
    return { ...meaning, places: ["only"], only: symbols, put: (found) => { found.elements.only = true; } };
  }
  return null;
}

function textOf(name, parts, value) {
  const word = parts[1].text;
  const relation = word === "STARTS" || word === "ENDS" ? `${word} WITH` : word;
  const put = (found) => { found.texts[name] = { relation, value: unquoted(value) }; };
  return { key: name, places: ["value"], put };
}

/** Whether values of a `type` have a range. */
export function isRange(type) {
  return type === "integer" || type === "float" || type === "timestamp";
}

function rangeOf(name, type, operator, token) {
  if ((token.kind === "string") !== (type === "timestamp")) return null;
  let bound = token.kind === "string" ? unquoted(token.text) : token.text;
  if (operator === "<" || operator === ">") {
    // Whole numbers have a next one; others do not, and the control knows no open bounds.
    if (type !== "integer" || !/^[+-]?\d{1,15}$/.test(bound)) return null;
    bound = String(Number(bound) + (operator === ">" ? 1 : -1));
  }
  const places = operator === "=" ? ["from", "to"] : operator.startsWith(">") ? ["from"] : ["to"];
  return { key: name, places, put: (found) => {
    const bounds = found.ranges[name] ??= { from: "", to: "" };
    places.forEach((place) => { bounds[place] = bound; });
  } };
}

// Crystal systems are ranges of space groups in parentheses, several joined by OR. Without the parentheses it is the
// range of the space group itself.
function systemsOf(all) {
  const one = String.raw`\( ${spaceGroup} >= (\d+) AND ${spaceGroup} <= (\d+) \)`;
  const text = all.map((token) => token.text).join(" ");
  if (!new RegExp(`^(${one}|\\( ${one}( OR ${one})+ \\))$`).test(text)) return null;
  const names = [...text.matchAll(new RegExp(one, "g"))].map(([, first, last]) =>
    crystalSystems.find((system) => system.first === Number(first) && system.last === Number(last))?.name);
  if (names.includes(undefined)) return null;
  return { key: "systems", places: ["value"], put: (found) => { found.systems = [...new Set(names)]; } };
}

function written(key, value, properties) {
  if (value === null) return [];
  if (key === "elements") return elementTexts(value);
  if (key === "systems") return systemTexts(value);
  if (typeof value === "string") return [`${key} = ${value}`];
  if ("relation" in value) return value.value === "" ? [] : [`${key} ${value.relation} ${quoted(value.value)}`];
  const bound = properties[key].type === "timestamp" ? quoted : (text) => text;
  if (value.from !== "" && value.from === value.to) return [`${key} = ${bound(value.from)}`];
  return [
    ...(value.from === "" ? [] : [`${key} >= ${bound(value.from)}`]),
    ...(value.to === "" ? [] : [`${key} <= ${bound(value.to)}`]),
  ];
}

function elementTexts({ has, not, only }) {
  const list = (symbols) => symbols.map(quoted).join(", ");
  return [
    ...(has.length ? [`elements HAS ${has.length > 1 ? "ALL " : ""}${list(has)}`] : []),
    ...(has.length && only ? [`elements HAS ONLY ${list(has)}`] : []),
    ...(not.length ? [`NOT elements HAS ${not.length > 1 ? "ANY " : ""}${list(not)}`] : []),
  ];
}

function systemTexts(names) {
  const texts = crystalSystems.filter((system) => names.includes(system.name))
    .map(({ first, last }) => `(${spaceGroup} >= ${first} AND ${spaceGroup} <= ${last})`);
  return texts.length > 1 ? [`(${texts.join(" OR ")})`] : texts;
}
