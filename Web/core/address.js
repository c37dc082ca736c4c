// The state of a view is the query of its address, so that every view can be sent to somebody.

/** The parameters of the address. */
export function parameters() {
  return new URLSearchParams(location.search);
}

/**
 * Changes parameters: `null` and `""` take one out. `replacing` keeps the place in the history (typing); otherwise the
 * way back leads to the view before.
 */
export function change(changes, { replacing = false } = {}) {
  const query = parameters();
  for (const [name, value] of Object.entries(changes)) {
    if (value === null || value === undefined || value === "") query.delete(name);
    else query.set(name, value);
  }
  const address = location.pathname + (query.size ? `?${query}` : "");
  if (replacing) history.replaceState(null, "", address);
  else history.pushState(null, "", address);
}

/** Calls `listener` when the user goes back or forth. */
export function onWayBack(listener) {
  addEventListener("popstate", listener);
}

/** The address of a view: `view("entry", {id})`. */
export function view(page, values = {}) {
  const query = new URLSearchParams(Object.entries(values).filter(([, value]) => value !== null && value !== undefined));
  return (page || "./") + (query.size ? `?${query}` : "");
}

/** The whole address of something of this server, for commands that are pasted elsewhere. */
export function absolute(path) {
  return new URL(path, document.baseURI).href;
}
