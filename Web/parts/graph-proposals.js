// What can be written at a place of a graph request.

import { structureProperties } from "../core/properties.js";
import { archiveKeys, dataKeys, document, files, ids, quantities, sections, values } from "./graph-knowledge.js";
import {
  definitionKeys, leaves, links, nestedTokens, orders, pagination, queries, settings, tokens,
} from "./graph-language.js";
import { readPlace } from "./graph-place.js";
import { oneLine } from "./json-text.js";

/**
 * Proposals for `place` (of `placeAt`), best first: `{label, detail, help, body}`. `label` is the key or the value;
 * `body` is what follows a key: `{|}` for more keys, `"*"|` for all of it, `|` being the place of the cursor.
 */
export async function proposals(place) {
  const isTop = place.kind === "value" && place.path.length === 0;
  const found = place.kind === "key" || isTop ? await keysAt(place) : place.kind === "value" ? await valuesAt(place) : [];
  return matching(found, place);
}

const leaf = '"*"|', open = "{|}";
const setting = { label: "m_request", body: open, help: "Settings: what of it, how much, in which order." };
const definition = { label: "m_def", body: leaf, help: "The definition of the section." };
const every = (help) => ({ label: "*", body: open, help });

async function keysAt(place) {
  const about = readPlace(place.path);
  switch (about.kind) {
    case "top":
      return [...tokenKeys(Object.keys(tokens)), setting];
    case "settings":
      return settings.filter((one) => !one.at || one.at.includes(about.of.kind)).map(asKey);
    case "pagination":
      return pagination.map(asKey);
    case "query":
      return (queries[about.of.kind] ?? []).map(asKey);
    case "criteria":
      return criteria();
    case "packages": case "gateways": case "hits": case "entries":
    case "uploads": case "datasets": case "groups": case "users":
      return [...(await idKeys(about.kind, place.typed)), every("Each document of the page."), setting];
    case "archive":
      return [...(await archive(about)), every("Every key that is not named beside it."), definition, setting];
    case "files":
      return [...(await fileKeys(about)), setting];
    case "definition":
      return [...(await definitionSteps(about)), setting];
    case "gateway":
      return [every("Each entry of the page."), setting];
    case "foreign":
      return about.steps.length ? [] : properties();
    case "entry": case "hit": case "upload": case "dataset": case "group": case "user":
      return documentKeys(about);
    default:
      return [];
  }
}

function asKey(one) {
  return { label: one.name, body: one.body, help: one.help, detail: one.values?.join(" · ") };
}

function tokenKeys(names) {
  return names.map((name) => ({ label: name, body: open, help: tokens[name].help, detail: "list" }));
}

async function idKeys(kind, typed) {
  return (await ids(kind, typed)).map((one) => ({
    label: one.id, detail: one.about, body: open, isMatch: one.isMatch, words: one.about,
  }));
}

async function archive(about) {
  const keys = await archiveKeys(about.entry, about.steps);
  return keys.map((key) => ({
    label: key.name, body: key.isSection ? open : leaf, help: key.about, isFaint: !key.isPresent,
    detail: [shown(key.value), key.isSection ? "section" : key.type, key.unit].filter(Boolean).join(" · "),
  }));
}

async function fileKeys(about) {
  return (await files(about.upload, about.steps)).map(({ name, isFolder }) => ({
    label: name, body: isFolder ? open : leaf, detail: isFolder ? "folder" : "file",
  }));
}

async function documentKeys(about) {
  let value = await document(about.kind, about.id ?? { entry: about.entry, upload: about.upload }[about.kind]);
  for (const step of about.steps) value = Array.isArray(value?.[step]) ? value[step][0] : value?.[step];
  const fields = typeof value === "object" ? dataKeys(value).map((name) => ({
    label: name, detail: shown(value[name]), body: isTree(value[name]) ? open : leaf,
  })) : [];
  if (about.steps.length) return [...fields, setting];
  const ways = Object.entries(links[about.kind] ?? {})
    .map(([label, link]) => ({ label, body: open, help: link.help, detail: "leads on" }));
  return [...ways, ...fields, ...tokenKeys(nestedTokens), setting];
}

async function definitionSteps(about) {
  const keys = definitionKeys.map((label) => ({ label, body: leaf }));
  if (about.steps.length) return keys;
  const found = await sections(about.id).catch(() => []);
  return [
    ...found.map(({ position, name }) => ({ label: `section_definitions[${position}]`, detail: name, words: name, body: open })),
    { label: "section_definitions", body: open, detail: "all of them" }, ...keys,
  ];
}

async function properties() {
  return Object.entries(await structureProperties()).map(([name, property]) => ({
    label: name, body: leaf, help: property.description,
    detail: [property.type, property.unit].filter((text) => typeof text === "string").join(" · "),
  }));
}

async function criteria() {
  const words = ["and", "or", "not"]
    .map((label) => ({ label, body: label === "not" ? open : "[{|}]", help: "Combines queries." }));
  const filter = { label: "optimade_filter", body: '"|"', help: "A filter in OPTIMADE's language, as text." };
  const all = (await quantities()).map((one) => ({ label: one.name, detail: one.about, body: '["|"]' }));
  return [...all, filter, ...words];
}

async function valuesAt(place) {
  const path = place.path;
  const list = typeof path.at(-1) === "number";
  const name = path.at(list ? -2 : -1);
  const about = readPlace(path.slice(0, list ? -2 : -1));
  if (about.kind === "criteria") {
    return (await values(name)).map(({ value, count }) => ({ label: value, detail: `${count} entries` }));
  }
  if (about.kind === "pagination" && name === "order_by") {
    const names = about.of.kind === "hits" ? (await quantities()).map((one) => one.name) : orders[about.of.kind];
    return (names ?? []).map((label) => ({ label }));
  }
  if (["settings", "pagination", "query"].includes(about.kind)) {
    const facts = { settings, pagination, query: queries[about.of.kind] ?? [] }[about.kind];
    return (facts.find((one) => one.name === name)?.values ?? []).map((label) => ({ label }));
  }
  if (name === "m_request") return [{ label: "{}", raw: open }];
  if (["setting", "unknown"].includes(about.kind)) return [];
  return [...leaves, { label: "{}", raw: open, help: "Only the keys that are named in it." }];
}

// How a value of the entry or document at hand is shown beside its key.
function shown(value) {
  if (value === undefined || value === null || typeof value === "object" && !Array.isArray(value)) return undefined;
  const text = Array.isArray(value) ? oneLine(value) : String(value);
  return text.length > 40 ? `${text.slice(0, 40)}…` : text;
}

function isTree(value) {
  if (Array.isArray(value)) return value.some((item) => item && typeof item === "object");
  return value !== null && typeof value === "object";
}

/** Those of `found` that fit what is typed, without keys that are there. */
function matching(found, place) {
  const wanted = place.typed.toLowerCase();
  const rank = (one) => {
    const label = String(one.label).toLowerCase();
    if (one.isMatch || label.startsWith(wanted)) return 0;
    if (label.includes(wanted)) return 1;
    return one.words?.toLowerCase().includes(wanted) ? 2 : 3;
  };
  const seen = new Set(place.kind === "key" ? place.keys : []);
  return found
    .filter((one) => !seen.has(one.label) && seen.add(one.label))
    .map((one) => ({ one, order: rank(one) }))
    .filter(({ order }) => order < 3)
    .sort((left, right) => left.order - right.order)
    .map(({ one }) => one);
}

/**
 * What accepting `proposal` changes in `text`: `{start, end, before, after}`, the cursor ending between both; `again`
 * where the next thing to choose is behind it.
 */
export function insertion(text, place, proposal) {
  if (place.kind === "value" && place.path.length > 0) {
    const [before, after] = (proposal.raw ?? `${JSON.stringify(proposal.label)}|`).split("|");
    return { start: place.start, end: place.end, before, after, again: proposal.raw === open };
  }
  const name = JSON.stringify(proposal.label);
  if (place.hasValue) return { start: place.start, end: place.end, before: name, after: "", again: false };
  const isTop = place.kind === "value";
  const indent = "  ".repeat(place.path.length + 1), outdent = indent.slice(2);
  const lineStart = text.lastIndexOf("\n", place.start - 1) + 1;
  const isOwnLine = !isTop && text.slice(lineStart, place.start).trim() === "";
  const behind = text.slice(place.end).match(/^[ \t]*([^\s]?)/)[1];
  const start = place.comma ? place.front : isTop ? place.start : isOwnLine ? lineStart : place.start;
  const lead = isTop ? `{\n${indent}` : place.comma ? `,\n${indent}` : isOwnLine ? indent : `\n${indent}`;
  const tail = isTop ? "\n}" : place.more ? (behind ? `,\n${indent}` : ",") : behind === "}" ? `\n${outdent}` : "";
  const [head, foot] = proposal.body.split("|");
  const isOpen = proposal.body === open;
  return {
    start, end: place.end,
    before: lead + name + ": " + (isOpen ? `{\n${indent}  ` : head),
    after: (isOpen ? `\n${indent}}` : foot) + tail,
    again: isOpen || /["[]$/.test(head),
  };
}
