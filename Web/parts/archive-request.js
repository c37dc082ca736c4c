// Graph requests for one place of an archive, and the places of their answers.
//
// A place is a list of steps: names of properties, and indexes of list items after the name of their list.

// What the graph language reads in another way than as the name of a property.
const special = new Set(["*", "m_request", "m_children", "m_def", "m_def_id", "m_errors", "m_response", ""]);

/** Whether a property of this name can be a key of a request. */
function isKey(name) {
  return !special.has(name) && !/\[[^\]]*\]$/.test(name);
}

/** The leaf that asks a section for its member `name` alone: also where that is null, which no key asks for. */
export function member(name) {
  return { m_request: { directive: "plain", include: [pattern(name)] } };
}

/**
 * The request that asks `leaf` of the place `steps` of the archive of `entry`.
 * A name that cannot be a key is asked for by a pattern beside it, and all that is below it is sent, too.
 */
export function placeRequest(entry, steps, leaf) {
  return { entries: { [entry]: { archive: below(steps, leaf) } } };
}

function below(steps, leaf) {
  if (steps.length === 0) return leaf;
  const [name] = steps;
  const next = steps.findIndex((step, index) => index > 0 && typeof step === "string");
  const items = steps.slice(1, next < 0 ? undefined : next);
  const rest = next < 0 ? [] : steps.slice(next);
  if (!isKey(name)) return member(name);
  // Lists of lists have one index that can be asked for; the others are picked from the answer.
  return { [items.length ? `${name}[${items[0]}]` : name]: below(rest, leaf) };
}

// Patterns may hold letters, digits and some signs; a question mark stands for any other.
function pattern(name) {
  return name.replaceAll(/[^A-Za-z0-9_./+]/gu, "?");
}

/** What stands at `steps` in `value`; undefined where there is nothing. */
export function pick(value, steps) {
  return steps.reduce((place, step) => {
    if (Array.isArray(place)) return /^\d+$/.test(step) ? place[step] : undefined;
    return isObject(place) && Object.hasOwn(place, step) ? place[step] : undefined;
  }, value);
}

/** Whether `value` is an object of JSON, and no list. */
export function isObject(value) {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The steps of a path such as `/run/0/system`, written as JSON pointers are; digits are indexes, the first slash may be absent. */
export function stepsOf(path) {
  const parts = path.split("/");
  return (path.startsWith("/") || path === "" ? parts.slice(1) : parts).map((part) =>
    /^(0|[1-9]\d*)$/.test(part) ? Number(part) : part.replaceAll("~1", "/").replaceAll("~0", "~"));
}

/** The path of steps; the opposite of `stepsOf`. */
export function pathOf(steps) {
  return steps.map((step) => `/${String(step).replaceAll("~", "~0").replaceAll("/", "~1")}`).join("");
}

/** Whether `a` and `b` are one place. */
export function isSamePlace(a, b) {
  return a.length === b.length && a.every((step, index) => step === b[index]);
}
