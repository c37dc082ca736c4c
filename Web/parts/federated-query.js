// One question to many databases: asked at once, looked at until all have answered, page by page.

import { absolute } from "../core/address.js";
import { ask } from "../core/http.js";

/** The properties that are asked for: those that every OPTIMADE database knows. */
export const properties = ["chemical_formula_reduced", "nelements", "nsites", "nperiodic_dimensions", "last_modified"];

/** What this server is called among databases, and its base URL. */
export const ownName = "This server";
export const ownBase = () => absolute("optimade");

const firstPause = 120, longestPause = 1000;
const gateways = "gateway/v1/gateways/";

/**
 * Asks, and tells `onProgress(state)` whenever a database has answered; resolves with the last state. `question` is
 * `{databases, urls, gateway, filter, sort, size, page}`: ids, base URLs, or the id of a gateway.
 *
 * Without `sort` a page has a page of each database. With it, a page is one of the gateway's merged list: where the next
 * one begins in each database depends on what the others have. Until that list has been read, what each database has
 * sent for the first page stands there.
 *
 * `seen` are the names (`nameOf`) of rows of earlier pages.
 *
 * A state is `{gateway, lines, rows, hasMore, isFinished, warnings}`. A line is `{id, name, base, status, …}` as the
 * gateway says it, `status` being `waiting` before the answer. A row is `{line, id, attributes}`; rows are in order.
 */
export async function askDatabases(question, { isFresh = false, seen = new Set(), signal, onProgress }) {
  const refused = [];
  const isSorted = question.sort !== "";
  const { data: query } = (await start(isSorted ? { ...question, page: 1 } : question, isFresh, refused, signal)).data;
  const gateway = query.attributes.gateway_id;
  const merged = isSorted ? ask(mergedPath(gateway, question), { signal }) : undefined;
  // It may fail before it is waited for.
  merged?.catch(() => {});
  const databases = (await ask(gateways + encodeURIComponent(gateway), { signal })).data.data.attributes.databases;
  const replaced = new Map();
  let pause = firstPause, state, attributes = query.attributes, answered = -1;
  for (;;) {
    state = read(attributes, gateway, databases, { replaced, refused });
    if (isSorted) preview(state, question);
    else if (question.page > 1) mendPages(state, question, seen, replaced, signal);
    const number = state.lines.filter((line) => line.status !== "waiting").length;
    if (number !== answered) {
      answered = number;
      pause = firstPause;
      onProgress(state);
    }
    if (attributes.state === "finished") break;
    await sleep(pause, signal);
    pause = Math.min(pause * 1.5, longestPause);
    attributes = (await ask(`gateway/v1/queries/${encodeURIComponent(query.id)}`, { signal })).data.data.attributes;
  }
  if (replaced.size) {
    await Promise.all([...replaced.values()].map((one) => one.done));
    state = read(attributes, gateway, databases, { replaced, refused });
  }
  if (merged) await take(merged, state, question, signal);
  else state.hasMore = state.lines.some((line) => goesOn(line, question));
  state.isFinished = true;
  onProgress(state);
  return state;
}

/** What a row is called among those of all databases. */
export function nameOf(row) {
  return `${row.line.id}/${row.id}`;
}

/**
 * The address of the merged list of `question`, below the gateway of its databases: its page with `sort`, else the first
 * one; without `properties`, all of them.
 */
export function mergedPath(gateway, question, { limit = question.size, page, isWhole = false } = {}) {
  const { response_fields, page_offset, ...parameters } = parametersOf({ ...question, page: page ?? question.page });
  const query = new URLSearchParams({
    ...parameters, page_limit: limit, ...(question.sort && page_offset ? { page_offset } : {}),
    ...(isWhole ? {} : { response_fields }),
  });
  return `gateway/v1/gateways/${encodeURIComponent(gateway)}/structures?${query}`;
}

/** The parameters that a question has for databases. */
export function parametersOf({ filter, sort, size, page = 1 }) {
  return {
    ...(filter ? { filter } : {}), ...(sort ? { sort } : {}), page_limit: size,
    ...(page > 1 ? { page_offset: (page - 1) * size } : {}), response_fields: properties.join(),
  };
}

async function start(question, isFresh, refused, signal) {
  const parameters = parametersOf(question);
  if (question.gateway) {
    const body = { query_parameters: parameters, fresh: isFresh };
    return ask(`${gateways}${encodeURIComponent(question.gateway)}/queries`, { body, signal });
  }
  let { databases, urls } = question;
  for (;;) {
    const body = { database_ids: databases, optimade_urls: urls, query_parameters: parameters, fresh: isFresh };
    try {
      return await ask("gateway/v1/search", { body, signal });
    } catch (error) {
      // What is not asked from here gets a line that says so; the others are asked all the same.
      const faults = await faultsOf(error, databases, urls, signal);
      databases = databases.filter((id) => !faults.some((fault) => fault.id === id));
      urls = urls.filter((base) => !faults.some((fault) => fault.base === base));
      if (faults.length === 0 || databases.length + urls.length === 0) throw error;
      refused.push(...faults.map(({ id, base = "", detail }) =>
        ({ id: id ?? base, name: id ?? (base === ownBase() ? ownName : base), base, status: "refused", detail })));
    }
  }
}

/** The ids and addresses that `error` refuses, each with its reason; none where it is about something else. */
async function faultsOf(error, databases, urls, signal) {
  const parts = error.parts ?? [];
  if (parts.some((part) => part.pointer === "/body/database_ids")) {
    const known = await Promise.all(databases.map((id) => isRegistered(id, signal)));
    return databases.filter((_, index) => !known[index])
      .map((id) => ({ id, detail: "No database is registered under this id." }));
  }
  const faults = parts.map(({ pointer, detail }) =>
    ({ base: urls[/^\/body\/optimade_urls\/(\d+)$/.exec(pointer ?? "")?.[1]], detail }));
  return faults.some(({ base }) => base === undefined) ? [] : faults;
}

function isRegistered(id, signal) {
  return ask(`gateway/v1/databases/${encodeURIComponent(id)}`, { signal }).then(() => true, (problem) => {
    if (problem.status === 404) return false;
    throw problem;
  });
}

function read(attributes, gateway, databases, { replaced, refused }) {
  const { data = {}, meta = {} } = attributes.response ?? {};
  const known = new Map((providers(meta) ?? []).map((one) => [one.id, one]));
  const lines = databases.map(({ id, attributes: about }) => {
    const base = baseOf(about.base_url);
    const name = base === ownBase() ? ownName : about.name ?? id;
    return { id, name, base, status: "waiting", ...known.get(id), ...replaced.get(id)?.line };
  });
  lines.push(...refused);
  const rows = lines.flatMap((line) =>
    (replaced.has(line.id) ? replaced.get(line.id).rows : data[line.id] ?? []).map(({ id, attributes: values }) =>
      ({ line, id, attributes: values ?? {} })));
  // What is said of one database stands in its line.
  const warnings = (meta.warnings ?? []).filter((one) => !lines.some((line) => line.detail === one.detail));
  return { gateway, lines, rows, hasMore: false, isFinished: false, warnings };
}

// The first rows of the merged list are among those that the databases send first; of later ones nothing is known yet.
function preview(state, question) {
  state.rows = question.page > 1 ? [] : ordered(state.rows, question.sort).slice(0, question.size);
}

async function take(merged, state, question, signal) {
  try {
    const { data, meta, links } = (await merged).data;
    const said = new Map((providers(meta) ?? []).map((one) => [one.id, one]));
    for (const line of state.lines) Object.assign(line, said.get(line.id));
    state.rows = data.flatMap(({ id, attributes }) => {
      const line = state.lines.find((one) => id.startsWith(`${one.id}/`));
      return line ? [{ line, id: id.slice(line.id.length + 1), attributes: attributes ?? {} }] : [];
    });
    state.hasMore = Boolean(links?.next);
    state.warnings = (meta.warnings ?? []).filter((one) => !state.lines.some((line) => line.detail === one.detail));
  } catch (error) {
    if (signal.aborted || question.page > 1) throw error;
    const detail = `The merged list could not be read, so that these are no more than the first rows: ${error.message}`;
    state.warnings.push({ detail });
  }
}

function goesOn({ status, returned, data_returned: found }, { page, size }) {
  return status === "ok" && (typeof found === "number" ? found > page * size : returned >= size);
}

/** What `meta` says of each database; the name of the field has the provider's prefix. */
export function providers(meta) {
  const name = Object.keys(meta).find((key) => /^_[a-z0-9]+_providers$/.test(key));
  return name && Array.isArray(meta[name]) ? meta[name] : undefined;
}

function baseOf(address) {
  return typeof address === "string" ? address : address?.href ?? "";
}

// Some databases know no page_offset and send their first page again. The gateway's merged list knows how to get on in
// each, so that it is asked for those alone.
function mendPages(state, question, seen, replaced, signal) {
  for (const line of state.lines) {
    const repeats = state.rows.some((row) => row.line === line && seen.has(nameOf(row)));
    if (!repeats || replaced.has(line.id)) continue;
    const one = { rows: [], line: { status: "waiting" } };
    replaced.set(line.id, one);
    one.done = pageOf(line, question, signal).then(({ rows, said }) => {
      one.rows = rows;
      one.line = said;
    }, (error) => {
      one.line = { status: "error", detail: error.message };
    });
    line.status = "waiting";
    state.rows = state.rows.filter((row) => row.line !== line);
  }
}

async function pageOf(line, question, signal) {
  const query = new URLSearchParams({ ...parametersOf(question), as_optimade: true, optimade_urls: line.base });
  const { data, meta } = (await ask(`gateway/v1/search?${query}`, { signal })).data;
  const said = providers(meta)?.[0] ?? { status: "ok" };
  const bare = (id) => (id.startsWith(`${said.id}/`) ? id.slice(said.id.length + 1) : id);
  const rows = data.map((row) => ({ ...row, id: bare(row.id) }));
  return { rows, said: { ...said, id: line.id } };
}

// `rows` in the order of `sort`: those without a value last, equal ones in the order of their databases.
function ordered(rows, sort) {
  const keys = (sort ?? "").split(",").filter(Boolean)
    .map((key) => ({ name: key.replace(/^-/, ""), sign: key.startsWith("-") ? -1 : 1 }));
  const value = (row, name) => (name === "id" ? row.id : row.attributes[name]) ?? undefined;
  return [...rows].sort((left, right) => {
    for (const { name, sign } of keys) {
      const one = value(left, name), other = value(right, name);
      if (one === other) continue;
      if (one === undefined || other === undefined) return one === undefined ? 1 : -1;
      return (one < other ? -1 : 1) * sign;
    }
    return 0;
  });
}

function sleep(milliseconds, signal) {
  return new Promise((resolve, reject) => {
    const stop = () => {
      clearTimeout(timer);
      reject(new DOMException("stopped", "AbortError"));
    };
    const timer = setTimeout(() => {
      signal.removeEventListener("abort", stop);
      resolve();
    }, milliseconds);
    if (signal.aborted) stop();
    else signal.addEventListener("abort", stop, { once: true });
  });
}
