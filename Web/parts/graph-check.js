// What is wrong with a graph request: first as JSON, then as the server sees it.

import { ask } from "../core/http.js";
import { queries } from "./graph-language.js";
import { readPlace } from "./graph-place.js";
import { parse, placeOf } from "./json-text.js";

/**
 * Checks `text`: `{value, plan, remark}`, or `{problem: {message, start, end}}` with the place that it concerns. `plan`
 * has the lines that the server says of what it would read; `remark`, formed as a problem, is there where a part of the
 * request has no effect.
 */
export async function check(text, signal) {
  const { root, problem } = parse(text);
  if (problem) return { problem };
  if (root.type !== "object") {
    return { problem: { start: root.start, end: root.end, message: "A request is an object: {…}." } };
  }
  const repeated = repeatedKey(root);
  if (repeated) return { problem: repeated };
  try {
    const answer = await ask("api/v1/graph/query", { body: explaining(root.value), signal });
    return { value: root.value, plan: answer.data?.m_response?.plan ?? [], remark: ignoredKey(root) };
  } catch (error) {
    if (error.name === "AbortError" || !error.status) throw error;
    return { value: root.value, problem: placed(error, text) };
  }
}

/** The request that has `request` explained, and reads nothing. */
export function explaining(request) {
  const own = request.m_request && typeof request.m_request === "object" ? request.m_request : {};
  return { ...request, m_request: { ...own, explain: true } };
}

/** What the server says of `text`, with the place that it names: a JSON pointer, or a byte. */
export function placed(error, text) {
  const message = error.parts?.map((part) => part.detail).join(" ") ?? error.message;
  const pointer = error.parts?.[0]?.pointer ?? "";
  const { root } = parse(text);
  if (root && (pointer === "" || pointer.startsWith("/"))) return { message, ...placeOf(root, pointer) };
  const byte = /^byte (\d+)$/.exec(pointer);
  if (!byte) return { message, start: 0, end: 0 };
  const start = new TextDecoder().decode(new TextEncoder().encode(text).slice(0, Number(byte[1]))).length;
  return { message, start, end: start + 1 };
}

// The first key of a query that its list does not know: the server passes over it without a word, as NOMAD does.
function ignoredKey(node, path = []) {
  const place = readPlace(path);
  const known = place.kind === "query" && place.steps.length === 0 ? queries[place.of.kind] : undefined;
  for (const { key, start, end, node: value } of node.members ?? []) {
    if (known && !known.some(({ name }) => name === key)) {
      const hint = place.of.kind === "hits" ? "Criteria stand in a “query” of their own within this one." : "It has no effect.";
      return { start, end, message: `“${key}” is no key of this query. ${hint}` };
    }
    const below = ignoredKey(value, [...path, key]);
    if (below) return below;
  }
  return undefined;
}

function repeatedKey(node) {
  const seen = new Set();
  for (const member of node.members ?? []) {
    if (seen.has(member.key)) {
      const message = `“${member.key}” stands twice here; only one of them would count.`;
      return { start: member.start, end: member.end, message };
    }
    seen.add(member.key);
    const below = repeatedKey(member.node);
    if (below) return below;
  }
  for (const item of node.items ?? []) {
    const below = repeatedKey(item);
    if (below) return below;
  }
  return undefined;
}
