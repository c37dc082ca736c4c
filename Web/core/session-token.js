// The token of whoever is logged in: kept until the tab is closed.

const key = "rutile-token";
const endKey = "rutile-login-ended";
const listeners = new Set();
// Whose page this is: a page that the browser has kept may come back after somebody came or went on another one.
let shown = sessionStorage.getItem(key);
addEventListener("pageshow", (event) => {
  if (event.persisted && sessionStorage.getItem(key) !== shown) tell();
});

function tell() {
  shown = sessionStorage.getItem(key);
  listeners.forEach((listener) => listener());
}

/** The token; absent where nobody is logged in. */
export function token() {
  return sessionStorage.getItem(key) ?? undefined;
}

/** Keeps `value`, and tells those who listen. */
export function remember(value) {
  sessionStorage.setItem(key, value);
  sessionStorage.removeItem(endKey);
  tell();
}

/** Forgets the token, and tells those who listen. */
export function forget() {
  sessionStorage.removeItem(key);
  sessionStorage.removeItem(endKey);
  tell();
}

/** The same with a token that the server does not take any more. */
export function expire() {
  sessionStorage.removeItem(key);
  sessionStorage.setItem(endKey, "yes");
  tell();
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
