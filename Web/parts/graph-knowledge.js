// What the server says that helps to write a request: ids, documents, keys of archives, definitions, quantities. Each is
// asked once.

import { ask } from "../core/http.js";
import { onSessionChange } from "../core/session-token.js";

const kept = new Map();
onSessionChange(() => kept.clear());

function once(key, make) {
  if (!kept.has(key)) {
    const made = make();
    kept.set(key, made);
    made.catch(() => kept.delete(key));
  }
  return kept.get(key);
}

/** The answer to a graph request. */
export async function graph(request) {
  return (await ask("api/v1/graph/query", { body: request, isExact: true })).data;
}

/** The keys of an answer that are data. */
export function dataKeys(value) {
  return Object.keys(value ?? {}).filter((key) => !key.startsWith("m_"));
}

/**
 * Some entries that the caller may read, `[{entry_id, upload_id, entry_name, mainfile …}]`; those that have all `elements`,
 * simple ones first.
 */
export function hits(elements = []) {
  return once(`hits ${elements}`, async () => {
    const query = elements.length ? { "results.material.elements": elements } : {};
    const order = elements.length ? { order_by: "results.material.n_elements" } : {};
    const wanted = {
      upload_id: "*", upload_name: "*", entry_name: "*", mainfile: "*", results: { material: { elements: "*" } },
      optimade: { elements: "*" }, sections: "*",
    };
    const answer = await graph({
      search: { m_request: { query: { owner: "visible", query }, pagination: { page_size: 20, ...order } }, "*": wanted },
    });
    return dataKeys(answer.search).map((id) => ({ ...answer.search[id], entry_id: id }));
  });
}

/** Ids of documents, `[{id, about}]`; `typed` is what there is of one. */
export async function ids(kind, typed) {
  if (kind === "entries" || kind === "hits") {
    const named = (hit) => ({ id: hit.entry_id, about: hit.entry_name ?? hit.mainfile });
    // What is typed may be a formula: then entries of these elements.
    const elements = /^([A-Z][a-z]?\d*)+$/.test(typed) ? [...new Set(typed.match(/[A-Z][a-z]?/g))] : [];
    const found = elements.length ? await hits(elements).catch(() => []) : [];
    return unique([...(await hits()).map(named), ...found.map((hit) => ({ ...named(hit), isMatch: true }))]);
  }
  if (kind === "uploads") {
    const found = (await hits()).map((hit) => ({ id: hit.upload_id, about: hit.upload_name }));
    return unique([...(await listed("uploads", "upload_name")), ...found]);
  }
  if (kind === "users") {
    const author = (await document("upload"))?.main_author;
    const me = { id: "me", about: "who asks" };
    return author ? [me, { id: author.user_id, about: author.name ?? author.username }] : [me];
  }
  if (kind === "datasets") return listed("datasets", "dataset_name");
  if (kind === "groups") return listed("groups", "group_name");
  if (kind === "packages") return once("packages", async () => {
    const answer = await graph({ metainfo: { m_request: { pagination: { page_size: 1000 } }, "*": { name: "*" } } });
    return dataKeys(answer.metainfo).map((id) => ({ id }));
  });
  if (kind === "gateways") return once("gateways", async () => {
    const answer = await ask("gateway/v1/gateways?page_limit=50");
    const names = (one) => one.attributes.databases.map((database) => database.id).join(", ");
    return answer.data.data.map((one) => ({ id: one.id, about: names(one) }));
  });
  return [];
}

function listed(token, name) {
  return once(`list ${token}`, async () => {
    const answer = await graph({ [token]: { m_request: { pagination: { page_size: 20 } }, "*": { [name]: "*" } } });
    return dataKeys(answer[token]).map((id) => ({ id, about: answer[token][id][name] }));
  });
}

function unique(found) {
  return [...new Map(found.map((one) => [one.id, one])).values()];
}

/** The document `id` of a kind; where there is no id, one that is like others. `undefined` where there is none. */
export function document(kind, id) {
  return once(`document ${kind} ${id ?? ""}`, async () => {
    const token = { entry: "entries", upload: "uploads", dataset: "datasets", group: "groups", user: "users" }[kind];
    if (kind === "hit") {
      const entry = id ?? (await hits())[0]?.entry_id;
      return entry && (await graph({ entries: { [entry]: { metadata: "*" } } })).entries?.[entry]?.metadata;
    }
    if (id === undefined) {
      if (kind === "entry") id = (await hits())[0]?.entry_id;
      else if (kind === "upload") id = (await hits())[0]?.upload_id;
      else if (kind === "user") return (await document("upload"))?.main_author;
      else id = (await ids(token))[0]?.id;
    }
    if (id === undefined) return undefined;
    return (await graph({ [token]: { [id]: "*" } }))[token]?.[id];
  });
}

/**
 * The keys at `steps` of the archive of `entry` (of one that is like others, where it is absent):
 * `[{name, about, type, unit, value, isSection}]`, first those that the entry has, then those of the definition alone.
 */
export async function archiveKeys(entry, steps) {
  const id = entry ?? (await hits())[0]?.entry_id;
  if (!id) return [];
  const section = await sectionAt(id, steps.map(String));
  const definition = section.definition ? await propertiesOf(section.definition, id, section.at) : [];
  const known = new Map(definition.map((property) => [property.name, property]));
  const present = dataKeys(section.value).map((name) => {
    const value = section.value[name];
    const isCut = typeof value === "string" && value.startsWith("__INTERNAL__:");
    const isSection = known.get(name)?.isSection ?? isCut;
    return { name, ...known.get(name), isPresent: true, value: isCut ? undefined : value, isSection };
  });
  return [...present, ...definition.filter((property) => !Object.hasOwn(section.value ?? {}, property.name))];
}

/** What is at `steps` of an archive, one level deep, and the path of its definition. */
function sectionAt(entry, steps) {
  return once(`section ${entry} ${JSON.stringify(steps)}`, async () => {
    // A reference has no definition of its own; what it leads to is asked for in the same way.
    const wanted = { m_def: { name: "*" }, m_request: { depth: 1, max_list_size: 6 } };
    const answer = await graph({ entries: { [entry]: { archive: nested(steps, wanted) } } });
    const value = followed(answer, ["entries", entry, "archive", ...steps]);
    if (value && typeof value === "object") {
      const definition = value.m_def?.m_def;
      const isPlain = definition && !definition.endsWith("nomad.datamodel.data/section_definitions/0");
      return { value, at: steps, definition: isPlain ? definition : await expected(entry, steps) ?? definition };
    }
    return { definition: await expected(entry, steps) };
  });
}

// The definition that the one above gives for the last step: also where the entry has nothing there.
async function expected(entry, steps) {
  if (steps.length === 0) return undefined;
  const above = await sectionAt(entry, steps.slice(0, -1));
  const name = steps.at(-1).replace(/\[.*$/, "");
  const properties = above.definition ? await propertiesOf(above.definition, entry, above.at) : [];
  return properties.find((property) => property.name === name)?.leadsTo;
}

/**
 * The properties of the section definition at `path` of an answer: `[{name, about, type, unit, leadsTo, isSection}]`.
 * One that was sent in a file is known whole only through a section that is made by it: the one `at` some steps of `entry`.
 */
function propertiesOf(path, entry, at) {
  return once(`definition ${path}`, async () => {
    const one = { name: "*", description: "*", type: "*", unit: "*", shape: "*", sub_section: "*", repeats: "*" };
    const wanted = { all_quantities: { "*": one }, all_sub_sections: { "*": one } };
    const steps = path.split("/");
    const isSent = steps[0] !== "metainfo" && at;
    const answer = await graph(
      isSent ? { entries: { [entry]: { archive: nested(at, { m_def: wanted }) } } } : nested(steps, wanted));
    const definition = followed(answer, steps);
    return ["all_quantities", "all_sub_sections"].flatMap((all) =>
      dataKeys(definition?.[all]).map((name) => property(name, definition[all][name], answer)));
  });
}

function property(name, path, answer) {
  const found = typeof path === "string" ? followed(answer, path.split("/")) ?? {} : {};
  const kind = found.type?.type_kind;
  const leadsTo = found.sub_section ?? (kind === "reference" ? found.type.type_data : undefined);
  // A sub-section is often written as the section that it is.
  const isSection = found.type === undefined;
  return {
    name, about: found.description, unit: found.unit, isSection,
    type: isSection ? (found.repeats ? "sections" : "section") : typeName(found.type, found.shape),
    leadsTo: leadsTo ?? (isSection && typeof path === "string" && /section_definitions\/\d+$/.test(path) ? path : undefined),
    choices: kind === "enum" ? found.type.type_data : undefined,
  };
}

function typeName(type, shape) {
  const kinds = { enum: "one of a list", reference: "reference" };
  const name = kinds[type.type_kind] ?? String(type.type_data).split(".").at(-1);
  return shape?.length ? `${name}[${shape.join(", ")}]` : name;
}

/** A request for `leaf` at `steps`; numbers are positions in lists, as answers write them. */
function nested(steps, leaf) {
  const keys = [];
  for (const step of steps) {
    if (/^\d+$/.test(step) && keys.length) keys[keys.length - 1] += `[${step}]`;
    else keys.push(step);
  }
  return keys.reduceRight((below, key) => ({ [key]: below }), leaf);
}

// What stands at `steps` of an answer. A text where more steps come is the path of what a reference leads to. Of a list
// without position, the first item that is there stands for all.
function followed(answer, steps, hops = 0) {
  let value = answer;
  for (const step of steps.flatMap((one) => one.match(/^[^[]+|-?\d+(?=[\]:,])/g) ?? [one])) {
    if (typeof value === "string") value = hops < 8 ? followed(answer, value.split("/"), hops + 1) : undefined;
    if (Array.isArray(value) && !/^-?\d+$/.test(step)) value = value.find((item) => item !== null);
    value = Array.isArray(value) ? value.at(Number(step)) ?? value.find((item) => item !== null) : value?.[step];
  }
  const isPath = typeof value === "string" && /^(uploads|metainfo|entries)\//.test(value);
  if (isPath && hops < 8) return followed(answer, value.split("/"), hops + 1);
  return Array.isArray(value) ? value.find((item) => item !== null) : value;
}

/** The sections that a package defines, `[{position, name}]`. */
export function sections(definitions) {
  return once(`sections ${definitions}`, async () => {
    const answer = await graph({ metainfo: { [definitions]: { section_definitions: { name: "*" } } } });
    const found = answer.metainfo?.[definitions]?.section_definitions ?? [];
    return found.flatMap((section, position) => (section ? [{ position, name: section.name }] : []));
  });
}

/** Names in a folder of the files of `upload`: `[{name, isFolder}]`. */
export function files(upload, steps) {
  return once(`files ${upload ?? ""} ${steps.join("/")}`, async () => {
    const id = upload ?? (await hits())[0]?.upload_id;
    if (!id) return [];
    const wanted = { m_request: { depth: 1, pagination: { page_size: 100 } } };
    const answer = await graph({ uploads: { [id]: { files: nested(steps.map(String), wanted) } } });
    const folder = steps.reduce((at, step) => at?.[step], answer.uploads?.[id]?.files);
    return dataKeys(folder).filter((name) => folder[name]?.m_is)
      .map((name) => ({ name, isFolder: folder[name].m_is === "Directory" }));
  });
}

/** The quantities that entries have in the search index, `[{name, about}]`. */
export function quantities() {
  return once("quantities", async () => {
    const found = await aggregated("quantities", 2000);
    // They are listed as they stand in archives; a search knows those of the metadata by their bare names.
    return found.map(({ value, count }) => ({ name: value.replace(/^metadata\./, ""), about: `${count} entries` }));
  });
}

/** The values of a quantity that most entries have. */
export function values(quantity) {
  return once(`values ${quantity}`, () => aggregated(quantity, 100));
}

async function aggregated(quantity, size) {
  const body = { owner: "visible", pagination: { page_size: 0 }, aggregations: { all: { terms: { quantity, size } } } };
  return (await ask("api/v1/entries/query", { body })).data.aggregations.all.terms.data;
}
