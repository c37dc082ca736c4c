// The token of whoever is logged in: kept until the tab is closed.

const key = "rutile-token";
const endKey = "rutile-login-ended";
const listeners = new Set();

/** The token; absent where nobody is logged in. */
export function token() {
  return sessionStorage.getItem(key) ?? undefined;
}

/** Keeps `value`, and tells those who listen. */
export function remember(value) {
  sessionStorage.setItem(key, value);
  sessionStorage.removeItem(endKey);
  listeners.forEach((listener) => listener());
}

/** Forgets the token, and tells those who listen. */
export function forget() {
  sessionStorage.removeItem(key);
  sessionStorage.removeItem(endKey);
  listeners.forEach((listener) => listener());
}

/** The same with a token that the server does not take any more. */
export function expire() {
  sessionStorage.removeItem(key);
  sessionStorage.setItem(endKey, "yes");
  listeners.forEach((listener) => listener());
}

/**
 * Whether somebody was logged in until the server took the token no more.
 * Stays true from page to page, as a page that is being left may be the one that was told.
 */
export function hasExpired() {
  return sessionStorage.getItem(endKey) !== null;
}

/** Calls `listener` whenever somebody has come or gone. */
export function onSessionChange(listener) {
  listeners.add(listener);
}
