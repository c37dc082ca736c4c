// Where in a JSON text a cursor stands, also in one that is not finished.

import { tokens } from "./json-text.js";

/**
 * What can be written at `offset` of `text`:
 * - `kind`: `key`, `value` or `none`
 * - `path`: the keys (and positions in lists) that lead there; for a value its own key is the last
 * - `start`, `end`: what a proposal takes the place of; `typed`: the part of it before the cursor, without quotation marks
 * - `front`: where the token in front of it ends
 * - `keys`: those that the object has besides
 * - `comma`: whether one is missing in front; `more`: whether something follows that needs one behind
 * - `hasValue`: for a key, whether a colon follows already
 */
export function placeAt(text, offset) {
  const all = tokens(text);
  const stack = [];
  const top = () => stack[stack.length - 1];
  let index = 0;
  while (index < all.length && all[index].end <= offset && !isBeingWritten(all[index], text, offset)) {
    step(stack, all[index], text);
    index += 1;
  }
  const here = all[index];
  const inside = here && here.start < offset && (here.type === "string" || here.type === "word") ? here : undefined;
  const place = { kind: "none", path: stack.map((level) => level.at), keys: [], comma: false, more: false, hasValue: false };
  place.start = inside ? inside.start : offset;
  place.end = inside ? inside.end : offset;
  place.front = index > 0 ? all[index - 1].end : 0;
  place.typed = inside ? text.slice(inside.start, offset).replace(/^"/, "") : "";
  if (inside?.open) place.end = offset;

  const level = top();
  if (!level) {
    place.kind = all.length === (inside ? 1 : 0) ? "value" : "none";
    return place;
  }
  if (level.type === "object") {
    if (level.state === "key" || level.state === "behind") {
      place.kind = "key";
      place.path.pop();
      place.comma = level.state === "behind";
    } else if (level.state === "value") {
      place.kind = "value";
    }
    // A name that no colon follows yet is still being written.
    if (level.state === "colon") place.kind = "none";
  } else if (level.state !== "behind") {
    place.kind = "value";
  }
  const after = inside ? index + 1 : index;
  place.hasValue = all[after]?.type === ":";
  place.more = all[after] !== undefined && all[after].type === "string" && place.kind === "key" && !place.hasValue;
  place.keys = [...level.keys, ...keysBehind(all, after, text)];
  return place;
}

// A word that is no value yet, or a text that is not closed, is still being written where the cursor is at its end.
function isBeingWritten(token, text, offset) {
  if (token.end !== offset) return false;
  return token.type === "word" ? !/^(true|false|null|-?\d.*)$/.test(text.slice(token.start, token.end)) : Boolean(token.open);
}

// States of an object: key → colon → value → behind; of a list: value → behind.
function step(stack, token, text) {
  const level = stack[stack.length - 1];
  if (token.type === "{" || token.type === "[") {
    stack.push({ type: token.type === "{" ? "object" : "list", state: token.type === "{" ? "key" : "value", at: 0, keys: [] });
  } else if (token.type === "}" || token.type === "]") {
    stack.pop();
    const outer = stack[stack.length - 1];
    if (outer) outer.state = "behind";
  } else if (!level) {
    return;
  } else if (token.type === ",") {
    level.state = level.type === "object" ? "key" : "value";
    if (level.type === "list") level.at += 1;
  } else if (token.type === ":") {
    level.state = "value";
  } else if (level.type === "object" && level.state !== "value") {
    level.at = unquoted(text.slice(token.start, token.end));
    level.keys.push(level.at);
    level.state = "colon";
  } else {
    level.state = "behind";
  }
}

function keysBehind(all, from, text) {
  const keys = [];
  let depth = 0;
  for (let index = from; index < all.length; index += 1) {
    const token = all[index];
    if ("{[".includes(token.type)) depth += 1;
    else if ("}]".includes(token.type)) {
      depth -= 1;
      if (depth < 0) return keys;
    } else if (depth === 0 && token.type === "string" && all[index + 1]?.type === ":") {
      keys.push(unquoted(text.slice(token.start, token.end)));
    }
  }
  return keys;
}

function unquoted(text) {
  try {
    return String(JSON.parse(text));
  } catch {
    return text.replace(/^"|"$/g, "");
  }
}
