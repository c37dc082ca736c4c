// What the page of an entry starts from: all that is said of one entry, in one graph request.

import { ask, Problem } from "../core/http.js";

const definition = { all_quantities: { name: "*", description: "*" } };
const leftOut = ["quantities", "sections", "search_quantities", "results"];

/** The graph request for it. */
export function entryRequest(id) {
  return {
    entries: {
      [id]: {
        m_request: { directive: "plain" },
        metadata: { m_request: { directive: "plain", exclude: leftOut } },
        upload: {
          upload_id: "*", upload_name: "*", license: "*", doi: "*", published: "*", publish_time: "*", with_embargo: "*",
          main_author: "*", coauthors: "*",
        },
        archive: {
          metadata: { optimade_resource: "*", optimade_reference: "*" },
          results: { material: { symmetry: { m_request: { directive: "plain" }, m_def: definition } } },
        },
      },
    },
  };
}

/**
 * What is said of the entry `id`, or of the one that holds the OPTIMADE structure `id`:
 * `{id, entry, metadata, upload, structure, resource, reference, symmetry, symmetryDefinitions}`. Parts that it does not have are
 * absent; `structure` are OPTIMADE attributes, `resource` is `{type, id, relationships}`.
 * Throws a `Problem` where there is no such entry.
 */
export async function entryDocument(id, signal) {
  let entry = await read(id, signal);
  if (!entry) {
    const own = await entryOfStructure(id, signal);
    entry = own && await read(own, signal);
  }
  if (!entry) {
    throw new Problem("", 404, [{ detail: `There is no entry and no structure “${id}”, or you may not read it.` }]);
  }
  return entry;
}

async function read(id, signal) {
  // To the graph this is no id; a structure of an OPTIMADE file may have it.
  if (id.startsWith("m_")) return undefined;
  const { data } = await ask("api/v1/graph/query", { body: entryRequest(id), signal });
  const entry = data.entries?.[id];
  if (!entry?.entry_id) return undefined;
  const { metadata = {}, upload = {}, archive = {}, ...own } = entry;
  const { m_def: itsDefinition, ...symmetry } = archive.results?.material?.symmetry ?? {};
  return {
    id: own.entry_id, entry: own, metadata, upload, structure: metadata.optimade, symmetry,
    symmetryDefinitions: definitions(data, itsDefinition?.m_def),
    resource: archive.metadata?.optimade_resource ?? { type: "structures", id: own.entry_id },
    reference: archive.metadata?.optimade_reference,
  };
}

function definitions(data, path) {
  const section = path?.split("/").reduce((place, step) => place?.[step], data);
  return new Map((section?.quantities ?? []).filter(Boolean).map((quantity) => [quantity.name, quantity]));
}

// Entries of OPTIMADE files have keys of their own; the id of the structure is the key of its entry in the file.
async function entryOfStructure(id, signal) {
  const body = {
    owner: "visible", query: { external_id: id, parser_name: "parsers/optimade" }, pagination: { page_size: 20 },
    required: { include: ["entry_id", "mainfile_key"] },
  };
  const { data } = await ask("api/v1/entries/query", { body, signal });
  return data.data.find((entry) => entry.mainfile_key === id)?.entry_id;
}
