// JSON as people type it: its tokens, its values with their places, and what is wrong with it.

/** The server reads no JSON that is nested deeper. */
const deepest = 64;

/**
 * The tokens of `text`, blanks left out: `{type, start, end}`; `type` is the mark itself (`{`, `:` …), `string`, `word`
 * (numbers, `true`, what cannot be anything). A string that is not closed ends with its line and has `open`.
 */
export function tokens(text) {
  const found = [];
  const pattern = /[{}[\]:,]|"(?:[^"\\\n]|\\[^\n])*("|\\?)|[^\s{}[\]:,"]+/g;
  for (const match of text.matchAll(pattern)) {
    const start = match.index, end = start + match[0].length, first = match[0][0];
    if (first === '"') found.push({ type: "string", start, end, open: match[1] !== '"' });
    else found.push({ type: "{}[]:,".includes(first) ? first : "word", start, end });
  }
  return found;
}

/**
 * Reads `text`: `{root}` where it is JSON, `{problem: {start, end, message}}` where it is not; the problem is the first.
 * A node is `{type, start, end, value}`; objects have `members`, lists of `{key, start, end, node}` (the place is the
 * key's), lists have `items`.
 */
export function parse(text) {
  const all = tokens(text);
  let position = 0;
  const end = { type: "end", start: text.length, end: text.length };
  const peek = () => all[position] ?? end;
  const shown = (token) => (token.type === "end" ? "the end of the text" : `“${text.slice(token.start, token.end)}”`);
  const refuse = ({ start, end: last }, message) => {
    throw { start, end: last, message };
  };
  const fail = (token, wanted) => refuse(token, `Expected ${wanted}, found ${shown(token)}.`);
  const take = (type, wanted) => (peek().type === type ? all[position++] : fail(peek(), wanted));

  const string = (token) => {
    if (token.open) refuse(token, "This text is not closed: a quotation mark is missing.");
    try {
      return JSON.parse(text.slice(token.start, token.end));
    } catch {
      return refuse(token, "This text has an escape that is none, or a control character.");
    }
  };
  let depth = 0;
  const nested = (read, token) => {
    depth += 1;
    if (depth > deepest) refuse(token, `This is nested deeper than ${deepest} levels.`);
    const node = read();
    depth -= 1;
    return node;
  };
  const value = () => {
    const token = peek();
    if (token.type === "{") return nested(object, token);
    if (token.type === "[") return nested(list, token);
    position += 1;
    if (token.type === "string") return { type: "string", start: token.start, end: token.end, value: string(token) };
    if (token.type === "word") {
      const word = text.slice(token.start, token.end);
      if (/^(true|false|null|-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?)$/.test(word)) {
        return { type: "word", start: token.start, end: token.end, value: JSON.parse(word) };
      }
      return refuse(token, `“${word}” is no value. Texts stand in quotation marks.`);
    }
    position -= 1;
    return fail(token, "a value");
  };
  const object = () => {
    const open = take("{"), members = [], plain = {};
    while (peek().type !== "}") {
      if (members.length) {
        take(",", "a comma or }");
        if (peek().type === "}") fail(peek(), "another key after the comma");
      }
      const key = take("string", members.length ? "a key" : "a key or }");
      const name = string(key);
      take(":", "a colon");
      const node = value();
      members.push({ key: name, start: key.start, end: key.end, node });
      Object.defineProperty(plain, name, { value: node.value, enumerable: true, configurable: true, writable: true });
    }
    return { type: "object", start: open.start, end: all[position++].end, members, value: plain };
  };
  const list = () => {
    const open = take("["), items = [];
    while (peek().type !== "]") {
      if (items.length) {
        take(",", "a comma or ]");
        if (peek().type === "]") fail(peek(), "another value after the comma");
      }
      items.push(value());
    }
    return { type: "list", start: open.start, end: all[position++].end, items, value: items.map((item) => item.value) };
  };

  try {
    const root = value();
    if (peek().type !== "end") fail(peek(), "the end of the text");
    return { root };
  } catch (problem) {
    if (problem instanceof Error) throw problem;
    return { problem };
  }
}

/** The place of what `pointer` names below `root`: its key, or its value where that is no container. */
export function placeOf(root, pointer) {
  let node = root, place = { start: root.start, end: root.start + 1 };
  for (const step of pointer.split("/").slice(1)) {
    const name = step.replaceAll("~1", "/").replaceAll("~0", "~");
    if (node.type === "object") {
      const member = node.members.findLast((candidate) => candidate.key === name);
      if (!member) return place;
      node = member.node;
      place = { start: member.start, end: node.members || node.items ? member.end : node.end };
    } else if (node.type === "list" && node.items[Number(name)]) {
      node = node.items[Number(name)];
      place = { start: node.start, end: node.members || node.items ? node.start + 1 : node.end };
    } else {
      return place;
    }
  }
  return place;
}

/** Line and column of `offset`, both from 1. */
export function lineAndColumn(text, offset) {
  const before = text.slice(0, offset);
  return { line: before.split("\n").length, column: offset - before.lastIndexOf("\n") };
}

/** `value` (of JSON, and `BigInt`s) as text, with what fits in `width` columns on one line. */
export function pretty(value, width = 88, indent = "", used = 0) {
  const flat = oneLine(value);
  if (value === null || typeof value !== "object" || flat.length + indent.length + used <= width) return flat;
  const inner = `${indent}  `;
  const isList = Array.isArray(value);
  const lines = isList
    ? value.map((item) => inner + pretty(item, width, inner))
    : Object.entries(value).map(([key, item]) => {
      const head = `${JSON.stringify(key)}: `;
      return inner + head + pretty(item, width, inner, head.length + 1);
    });
  return `${isList ? "[" : "{"}\n${lines.join(",\n")}\n${indent}${isList ? "]" : "}"}`;
}

/** `value` as text on one line. */
export function oneLine(value) {
  if (Array.isArray(value)) return `[${value.map(oneLine).join(", ")}]`;
  if (typeof value === "bigint") return String(value);
  if (value === null || typeof value !== "object") return JSON.stringify(value);
  const members = Object.entries(value).map(([key, item]) => `${JSON.stringify(key)}: ${oneLine(item)}`);
  return `{${members.join(", ")}}`;
}
