// What a place in a graph request is about: the path of keys, read from the top.

import { links, nestedTokens, references, tokens } from "./graph-language.js";

/**
 * The place that `path` leads to: `kind`, and what is known on the way.
 *
 * | kind | what | with |
 * |---|---|---|
 * | `top` | the request | |
 * | `hits`, `entries`, `uploads` …, `packages`, `gateways` | a list of documents | `token` |
 * | `hit`, `entry`, `upload` … | a document | `id`, `entry`, `upload`; `fields`: keys inside of it |
 * | `archive`, `files`, `definition` | a tree | `steps`: keys from its top; `entry`, `upload`, `id` |
 * | `gateway` | a list of entries of other databases | `id` |
 * | `foreign` | one of them | |
 * | `settings`, `pagination`, `query`, `criteria` | parts of `m_request` | `of`: the place that they are about; `steps` |
 * | `unknown` | anything else | |
 */
export function readPlace(path) {
  let place = { kind: "top", steps: [] };
  for (const key of path) place = below(place, key);
  return place;
}

const listKinds = {
  hit: "hits", entry: "entries", upload: "uploads", dataset: "datasets", group: "groups", user: "users",
  package: "packages", gateway: "gateways",
};
const documentOf = Object.fromEntries(Object.entries(listKinds).map(([kind, list]) => [list, kind]));
const trees = ["archive", "files", "definition"];

function below(place, key) {
  const { kind, steps } = place;
  if (key === "m_request" && !isSetting(kind)) return { kind: "settings", of: place, steps: [] };
  if (kind === "settings") {
    const name = key.replaceAll?.("-", "_") ?? key;
    return { kind: ["pagination", "query"].includes(name) ? name : "setting", of: place.of, name, steps: [] };
  }
  if (kind === "query" && place.of.kind === "hits" && key === "query") return { ...place, kind: "criteria" };
  if (isSetting(kind)) return { ...place, steps: [...steps, key] };

  if (kind === "top") return token(key) ? list(token(key), place) : { kind: "unknown", steps: [] };
  if (kind === "packages") return { kind: "definition", id: key, steps: [] };
  if (kind === "gateways") return { kind: "gateway", id: key, steps: [] };
  if (kind === "gateway") return { kind: "foreign", id: place.id, steps: [] };
  if (kind in documentOf) return document(documentOf[kind], key, place);
  if (trees.includes(kind) || kind === "foreign") return { ...place, steps: [...steps, key] };
  if (steps.length === 0) {
    const link = Object.hasOwn(links, kind) && Object.hasOwn(links[kind], key) ? links[kind][key] : undefined;
    if (link && link.kind in listKinds) return document(link.kind, undefined, place);
    if (link) return { ...place, kind: link.kind, steps: [] };
    if (Object.hasOwn(references, key)) return document(references[key], undefined, place);
    if (nestedTokens.includes(token(key))) return list(token(key), place);
  }
  return { ...place, steps: [...steps, key] };
}

/** Whether places of this kind are within `m_request`. */
export function isSetting(kind) {
  return ["settings", "setting", "pagination", "query", "criteria"].includes(kind);
}

function list(name, place) {
  return { kind: listKinds[tokens[name].kind], token: name, entry: place.entry, upload: place.upload, steps: [] };
}

// Where the id is not said (a list, a link), the kind alone is known; a sample stands for it.
function document(kind, id, place) {
  const known = id === undefined || id === "*" ? undefined : id;
  const next = { kind, id: known, entry: place.entry, upload: place.upload, steps: [] };
  if (kind === "entry" || kind === "hit") next.entry = known ?? (id === "*" ? undefined : place.entry);
  if (kind === "upload") next.upload = known ?? (id === "*" ? undefined : place.upload);
  return next;
}

// Every token may also be written as the one of its documents: entry for entries.
function token(key) {
  if (Object.hasOwn(tokens, key)) return key;
  return Object.keys(tokens).find((name) => name === `${key}s` || name === `${String(key).replace(/y$/, "ies")}`);
}
