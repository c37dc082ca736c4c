// The token of whoever is logged in: kept until the tab is closed.

const key = "rutile-token";
const listeners = new Set();

/** The token; absent where nobody is logged in. */
export function token() {
  return sessionStorage.getItem(key) ?? undefined;
}

/** Keeps `value`, and tells those who listen. */
export function remember(value) {
  sessionStorage.setItem(key, value);
  listeners.forEach((listener) => listener());
}

/** Forgets the token, and tells those who listen. */
export function forget() {
  sessionStorage.removeItem(key);
  listeners.forEach((listener) => listener());
}

/** Calls `listener` whenever somebody has come or gone. */
export function onSessionChange(listener) {
  listeners.add(listener);
}
