// Links between places of archives.

import { el } from "../core/dom.js";

/**
 * A link to `target`, `{entry, steps}`. A plain click stays on the page and calls `go(target)`; `href(target)` is the
 * address for everything else that one does with links.
 */
export function placeLink(target, content, { go, href }, properties = {}) {
  return el("a", { href: href(target), ...properties, onclick: (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    go(target);
  } }, content);
}
