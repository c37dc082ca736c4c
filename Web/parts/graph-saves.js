// Requests that this browser keeps: those that were run last, and those that were given a name.

const lastKey = "rutile-graph-history", namedKey = "rutile-graph-saves";
const mostKept = 40, mostSize = 200_000;

function read(key) {
  try {
    const value = JSON.parse(localStorage.getItem(key) ?? "[]");
    return Array.isArray(value) ? value.filter((one) => typeof one?.text === "string") : [];
  } catch {
    return [];
  }
}

// Where the browser keeps nothing (a private window, no space left), the page works all the same.
function write(key, value) {
  try {
    localStorage.setItem(key, JSON.stringify(value));
    return true;
  } catch {
    return false;
  }
}

/** Requests that were run, the last first: `[{text, time}]`, `time` in milliseconds since 1970. */
export function history() {
  return read(lastKey);
}

/** Puts a request that was run in front of the others. */
export function remember(text) {
  if (text.length > mostSize) return;
  write(lastKey, [{ text, time: Date.now() }, ...history().filter((one) => one.text !== text)].slice(0, mostKept));
}

/** Forgets all that was run. */
export function forgetHistory() {
  write(lastKey, []);
}

/** Requests with names, by name: `[{name, text}]`. */
export function saves() {
  return read(namedKey).filter((one) => typeof one.name === "string").sort((left, right) => left.name.localeCompare(right.name));
}

/** Keeps `text` under `name`, in the place of what had that name; gives whether the browser keeps it. */
export function save(name, text) {
  return write(namedKey, [...saves().filter((one) => one.name !== name), { name, text }]);
}

/** Forgets what is kept under `name`. */
export function forget(name) {
  write(namedKey, saves().filter((one) => one.name !== name));
}
