// The requests of the documentation, with ids of this server.

import { hits } from "./graph-knowledge.js";

// What examples tell of an entry.
const told = ["nomad.datamodel.results.Symmetry", "nomad.datamodel.metainfo.workflow.Link"];

/** `[{title, request}]`; where the server has no entries, only those that need none. */
export async function examples() {
  const found = await hits();
  // One that has what the examples ask for, if there is one.
  const rich = found.filter((hit) => told.every((name) => hit.sections?.includes(name)));
  const entry = rich.find((hit) => /\(.+\)/.test(hit.entry_name ?? "")) ?? rich[0]
    ?? found.find((hit) => hit.results?.material?.elements) ?? found.find((hit) => hit.optimade?.elements) ?? found[0];
  const search = withElements(entry);
  const definitions = {
    title: "Definitions of a package",
    request: { metainfo: { "nomad.datamodel.metainfo.workflow": {
      "section_definitions[0]": { name: "*", quantities: { name: "*" } },
    } } },
  };
  const me = {
    title: "Who asks, and their uploads",
    request: {
      users: { me: "*" },
      uploads: { m_request: { pagination: { page_size: 5 } }, "*": { upload_name: "*", process_status: "*" } },
    },
  };
  if (!entry) return [search, definitions, me];
  const { entry_id: id, upload_id: upload } = entry;
  const general = [search, sections(id), files(upload), definitions, me];
  if (!rich.includes(entry)) return general;
  return [
    { title: `Symmetry of ${entry.entry_name ?? "an entry"}, with the name of its upload`,
      request: { entries: { [id]: {
        mainfile_path: "*", upload: { upload_name: "*" }, archive: { results: { material: { symmetry: "*" } } },
      } } } },
    { title: "A reference, followed",
      request: { entries: { [id]: { archive: {
        workflow2: { "outputs[0]": { section: { chemical_composition_reduced: "*" } } },
      } } } } },
    ...general,
  ];
}

// Structures that came as OPTIMADE alone have no results of a program.
function withElements(entry) {
  const isBare = !entry?.results?.material?.elements && entry?.optimade?.elements;
  const elements = (isBare ? entry.optimade : entry?.results?.material)?.elements?.slice(0, 2) ?? ["Ti", "O"];
  const formula = { chemical_formula_reduced: "*" };
  return {
    title: `Entries with ${elements.join(" and ")}, each with its upload`,
    request: { search: {
      m_request: {
        query: { owner: "public", query: { [isBare ? "optimade.elements" : "results.material.elements"]: elements } },
        pagination: { page_size: 3, order_by: isBare ? "optimade.nelements" : "results.material.n_elements" },
      },
      "*": {
        ...(isBare ? { optimade: formula } : { results: { material: formula } }), entry: { upload: { upload_name: "*" } },
      },
    } },
  };
}

function sections(id) {
  return {
    title: "The sections of an archive, two levels deep",
    request: { entries: { [id]: { archive: { m_request: { directive: "plain", depth: 2, max_list_size: 10 } } } } },
  };
}

function files(upload) {
  return {
    title: "The files of an upload",
    request: { uploads: { [upload]: {
      upload_name: "*", files: { m_request: { depth: 1, pagination: { page_size: 20 } } },
    } } },
  };
}
