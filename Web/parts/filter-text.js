// The text of an OPTIMADE filter as far as pages need it: its tokens, and the conditions that AND joins at its top
// level. What a filter means is the server's business.

const patterns = [
  ["string", /"(?:[^"\\]|\\["\\])*"/y],
  ["number", /[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?/y],
  ["name", /[a-z_][a-z0-9_]*/y],
  ["keyword", /AND|OR|NOT|HAS|ALL|ANY|ONLY|IS|KNOWN|UNKNOWN|CONTAINS|STARTS|ENDS|WITH|LENGTH|TRUE|FALSE/y],
  ["operator", /[<>!]=|[<>=]/y],
  ["mark", /[(),:.]/y],
];
const blanks = /[ \t\n\v\f\r]*/y;

/** A filter that cannot be taken apart; `start` and `end` are the place of what is wrong. */
export class FilterTextProblem extends Error {
  constructor(message, start, end) {
    super(message);
    Object.assign(this, { start, end });
  }
}

/** The tokens of `text`: `{kind, text, start, end}`. Throws a `FilterTextProblem`. */
export function tokens(text) {
  const found = [];
  let place = skipped(text, 0);
  while (place < text.length) {
    const token = tokenAt(text, place);
    found.push(token);
    place = skipped(text, token.end);
  }
  return found;
}

function skipped(text, place) {
  blanks.lastIndex = place;
  blanks.exec(text);
  return blanks.lastIndex;
}

function tokenAt(text, start) {
  for (const [kind, pattern] of patterns) {
    pattern.lastIndex = start;
    const match = pattern.exec(text);
    if (match) return { kind, text: match[0], start, end: start + match[0].length };
  }
  const message = text[start] === '"' ? "The string has no end." : "This does not belong to a filter.";
  throw new FilterTextProblem(message, start, text[start] === '"' ? text.length : start + 1);
}

/**
 * The conditions that must all hold, in order: `{text, tokens}`. Where OR stands outside of parentheses, the filter is
 * one condition; an empty filter has none. Throws a `FilterTextProblem`.
 */
export function conditions(text) {
  const all = tokens(text);
  const cuts = [];
  let depth = 0;
  let hasOr = false;
  for (const [index, token] of all.entries()) {
    if (token.text === "(") depth += 1;
    if (token.text === ")") depth -= 1;
    if (depth < 0) throw new FilterTextProblem("Nothing is open that this could close.", token.start, token.end);
    if (depth > 0 || token.kind !== "keyword") continue;
    if (token.text === "OR") hasOr = true;
    if (token.text === "AND") cuts.push(index);
  }
  if (depth > 0) throw new FilterTextProblem("A parenthesis is not closed.", text.trimEnd().length, text.length);
  const ends = hasOr ? [all.length] : [...cuts, all.length];
  return ends.map((end, index) => all.slice(index === 0 ? 0 : ends[index - 1] + 1, end)).map((part, index, parts) => {
    if (part.length === 0 && parts.length > 1) {
      const place = (all[ends[index]] ?? all.at(-1));
      throw new FilterTextProblem("A condition is missing beside AND.", place.start, place.end);
    }
    return { text: part.length ? text.slice(part[0].start, part.at(-1).end) : "", tokens: part };
  }).filter((condition) => condition.tokens.length > 0);
}

/** One filter for conditions that must all hold, each a text. */
export function joined(texts) {
  return texts.length === 1 ? texts[0] : texts.map((text) => (hasOpenOr(text) ? `(${text})` : text)).join(" AND ");
}

function hasOpenOr(text) {
  let depth = 0;
  return tokens(text).some((token) => {
    if (token.text === "(") depth += 1;
    if (token.text === ")") depth -= 1;
    return depth === 0 && token.kind === "keyword" && token.text === "OR";
  });
}

/** `text` as a string of the filter language. */
export function quoted(text) {
  return `"${text.replace(/["\\]/g, "\\$&")}"`;
}

/** What a string token stands for. */
export function unquoted(token) {
  return token.slice(1, -1).replace(/\\(["\\])/g, "$1");
}
