// The token of whoever is logged in: kept until the tab is closed.

const key = "rutile-token";
const listeners = new Set();
let isOver = false;

/** The token; absent where nobody is logged in. */
export function token() {
  return sessionStorage.getItem(key) ?? undefined;
}

/** Keeps `value`, and tells those who listen. */
export function remember(value) {
  isOver = false;
  sessionStorage.setItem(key, value);
  listeners.forEach((listener) => listener());
}

/** Forgets the token, and tells those who listen. */
export function forget() {
  isOver = false;
  sessionStorage.removeItem(key);
  listeners.forEach((listener) => listener());
}

/** The same with a token that the server does not take any more. */
export function expire() {
  isOver = true;
  sessionStorage.removeItem(key);
  listeners.forEach((listener) => listener());
}

/** Whether somebody was logged in on this page until the server took the token no more. */
export function hasExpired() {
  return isOver;
}

/** Calls `listener` whenever somebody has come or gone. */
export function onSessionChange(listener) {
  listeners.add(listener);
}
