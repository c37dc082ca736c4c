// What an editor of JSON does by itself as one types: pairs of marks, and the indentation of a new line.

const pairs = { '"': '"', "{": "}", "[": "]" };

/**
 * What typing `key` at `offset` of `text` does instead of just writing it: `{before, after, skip}`, the cursor ending
 * between both; `skip` is the number of marks behind the cursor that are there already. `undefined`: nothing else.
 */
export function typed(text, offset, key) {
  const previous = text[offset - 1], next = text[offset];
  const inText = isInText(text, offset);
  if (key === next && (key === '"' ? inText : !inText && (key === "}" || key === "]"))) return { before: "", after: "", skip: 1 };
  if (inText) return undefined;
  if (pairs[key] && (next === undefined || /[\s,\]}]/.test(next))) return { before: key, after: pairs[key], skip: 0 };
  if (key === "Enter") {
    const line = text.slice(text.lastIndexOf("\n", offset - 1) + 1, offset);
    const indent = line.match(/^[ \t]*/)[0];
    const opens = previous === "{" || previous === "[";
    const isPair = opens && next === pairs[previous];
    return { before: `\n${indent}${opens ? "  " : ""}`, after: isPair ? `\n${indent}` : "", skip: 0 };
  }
  return undefined;
}

function isInText(text, offset) {
  const line = text.slice(text.lastIndexOf("\n", offset - 1) + 1, offset);
  return (line.match(/(?:[^"\\]|\\.)*?"/g)?.length ?? 0) % 2 === 1;
}
