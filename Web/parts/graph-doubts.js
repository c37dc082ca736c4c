// Keys of archives and documents in a request that nothing known here has. They may be right: others may have them.

import { archiveKeys, dataKeys, document } from "./graph-knowledge.js";
import { links, nestedTokens, tokens } from "./graph-language.js";
import { readPlace } from "./graph-place.js";

/** Sections that are looked at: what is known of each is asked for, once. */
const mostSections = 30;

const documents = ["entry", "hit", "upload", "dataset", "group", "user"];
/** What every document may have as keys, in each spelling. */
const ways = [...nestedTokens, ...Object.values(tokens).map(({ kind }) => kind), "metadata"];

/**
 * The keys within archives in `root` (a node of `parse`) that neither the definition of their section has nor the entry
 * at hand, and those of documents that the one at hand does not have, in order: `[{start, end, message, isDoubt}]`.
 * Nothing is said where neither is known.
 */
export async function requestDoubts(root) {
  const sections = sectionsIn(root, []).slice(0, mostSections);
  const found = await Promise.all(sections.map((section) => doubtsIn(section).catch(() => [])));
  return found.flat().sort((one, other) => one.start - other.start);
}

function sectionsIn(node, path) {
  const place = readPlace(path);
  const isArchive = place.kind === "archive";
  const isLookedAt = isArchive || (documents.includes(place.kind) && place.steps.length === 0);
  const below = (node.members ?? [])
    .filter(({ key }) => !(isArchive && key.startsWith("m_")))
    .flatMap(({ key, node: value }) => sectionsIn(value, [...path, key]));
  return isLookedAt && node.members ? [{ members: node.members, place }, ...below] : below;
}

async function doubtsIn({ members, place }) {
  const named = members.filter(({ key }) => key !== "*" && !/^m_|^\d+$/.test(key));
  if (!named.length) return [];
  if (place.kind !== "archive") return fieldDoubts(named, place);
  const keys = await archiveKeys(place.entry, place.steps);
  const isDefined = keys.some((key) => key.type !== undefined);
  // Where the request names no entry, the one that stands for others says nothing of keys that no definition has.
  if (!keys.length || (!place.entry && !isDefined)) return [];
  const known = new Set(keys.map((key) => key.name));
  return named.filter(({ key }) => !known.has(key) && !known.has(key.replace(/\[[^\]]*\]$/, ""))).map(({ key, start, end }) => ({
    start, end, isDoubt: true,
    message: `“${key}” is not known here: ${isDefined ? "the definition does not have it" : "it has no definition"}`
      + `${place.entry ? ", nor does this entry" : ""}. Other archives may.`,
  }));
}

async function fieldDoubts(named, place) {
  const value = await document(place.kind, place.id ?? { entry: place.entry, upload: place.upload }[place.kind]);
  if (!value) return [];
  const known = new Set([...dataKeys(value), ...Object.keys(links[place.kind] ?? {}), ...ways]);
  return named.filter(({ key }) => !known.has(key.replace(/\[[^\]]*\]$/, ""))).map(({ key, start, end }) => ({
    start, end, isDoubt: true,
    message: `“${key}” is not known here: ${place.id ? "this" : "such a"} document does not have it. Others may.`,
  }));
}
