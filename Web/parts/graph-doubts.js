// Keys of archives in a request that nothing known here has. They may be right: archives may hold other keys.

import { archiveKeys } from "./graph-knowledge.js";
import { readPlace } from "./graph-place.js";

/** Sections that are looked at: what is known of each is asked for, once. */
const mostSections = 30;

/**
 * The keys within archives in `root` (a node of `parse`) that neither the definition of their section has nor the entry
 * at hand, in order: `[{start, end, message, isDoubt}]`. Nothing is said where neither is known.
 */
export async function archiveDoubts(root) {
  const sections = sectionsIn(root, []).slice(0, mostSections);
  const found = await Promise.all(sections.map((section) => doubtsIn(section).catch(() => [])));
  return found.flat().sort((one, other) => one.start - other.start);
}

function sectionsIn(node, path) {
  const place = readPlace(path);
  const isArchive = place.kind === "archive";
  const below = (node.members ?? [])
    .filter(({ key }) => !(isArchive && key.startsWith("m_")))
    .flatMap(({ key, node: value }) => sectionsIn(value, [...path, key]));
  return isArchive && node.members ? [{ members: node.members, place }, ...below] : below;
}

async function doubtsIn({ members, place }) {
  const named = members.filter(({ key }) => key !== "*" && !/^m_|^\d+$/.test(key));
  if (!named.length) return [];
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
