// Where references in archives lead.

import { ask } from "../core/http.js";
import { isObject, pick, placeRequest, stepsOf } from "./archive-request.js";

/** Whether a value at `node` is a reference: its definition says so, or it looks like one where there is none. */
export function isReference(node, value) {
  if (typeof value !== "string") return false;
  const kind = (node.property ?? node.owner?.property)?.type?.type_kind;
  if (kind) return kind === "reference" || kind === "quantity_reference";
  return /^(\.\.\/[^#\s]*)?#\//.test(value);
}

/** What `reference` names where that can be read off it: `{entry, steps}`. */
export function plainTarget(node, reference) {
  const parts = /^(?:\.\.\/(?:uploads\/[^/#]+|upload)\/archive\/([^/#]+))?#(\/.*)$/.exec(reference);
  return parts ? { entry: parts[1] ?? node.entry, steps: stepsOf(parts[2]) } : undefined;
}

/**
 * Asks the server what a reference at `node` (`index`: item of its list) names: `{entry, steps}`.
 * Throws an `Error` where it leads nowhere that can be shown here.
 */
export async function askTarget(node, index) {
  const place = node.owner?.steps ?? node.steps;
  const steps = index === undefined ? place : [...place, index];
  const leaf = { m_request: { directive: "plain", always_rewrite_references: true } };
  const { data } = await ask("api/v1/graph/query", { body: placeRequest(node.entry, steps, leaf) });
  const path = pick(data, ["entries", node.entry, "archive", ...node.steps, ...(index === undefined ? [] : [index])]);
  const archive = /^uploads\/[^/]+\/entries\/([^/]+)\/archive(\/.*)?$/.exec(path);
  if (archive) return { entry: archive[1], steps: stepsOf(archive[2] ?? "") };
  const file = /^uploads\/([^/]+)\/files\/(.+)\/(?:entry|entries)\/archive(\/.*)?$/.exec(path);
  if (!file) throw new Error("This reference leads to no entry of this server.");
  const [, upload, name, rest] = file;
  const body = { uploads: { [upload]: { files: { [name]: { entry: { entry_id: "*" } } } } } };
  const entry = entryIn((await ask("api/v1/graph/query", { body })).data?.uploads?.[upload]?.files);
  if (!entry) throw new Error(`There is no entry of the file ${name}, or it may not be read.`);
  return { entry, steps: stepsOf(rest ?? "") };
}

// The answer may write the folders of a file one below the other.
function entryIn(files) {
  if (!isObject(files)) return undefined;
  return files.entry?.entry_id ?? Object.values(files).map(entryIn).find(Boolean);
}
