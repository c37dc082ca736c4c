// The whole result as a file. The server makes it while it is sent, so it may be of any length: the browser follows a
// link.

import { absolute } from "../core/address.js";
import { el } from "../core/dom.js";
import { count } from "../core/format.js";
import { token } from "../core/session-token.js";

const path = "api/v1/structures/export";

const formats = [
  { format: "optimade-jsonl", words: "JSON Lines", help: "All properties, as OPTIMADE's exchange format" },
  { format: "csv", words: "CSV", help: "The columns that are shown, and the id", hasColumns: true },
  { format: "cif-zip", words: "CIF (zip)", help: "A file for each structure" },
];

/** Links to the `found` structures that match `question`, in each format. */
export function exportBox({ filter, columns }, found) {
  if (found === 0) return null;
  return el(
    "div", { class: "buttons", role: "group", "aria-label": "Export" },
    el("span", { class: "quiet" }, found === 1 ? "Take it along:" : `Take all ${count(found)} along, in the order of their ids:`),
    formats.map(({ format, words, help, hasColumns }) => {
      const fields = hasColumns ? [...new Set(["id", ...columns])].map((name) => ["field", name]) : [];
      const query = new URLSearchParams([["format", format], ...(filter ? [["filter", filter]] : []), ...fields]);
      return el("a", { class: "button", href: `${path}?${query}`, download: "", title: help, onclick: lend }, words);
    }));
}

// A link has no header for the token. A cookie has, for this path alone and for a minute; it counts for nothing else.
function lend() {
  if (!token()) return;
  const place = new URL(absolute(path)).pathname;
  const secure = location.protocol === "https:" ? "; Secure" : "";
  const value = encodeURIComponent(`Bearer ${token()}`);
  document.cookie = `Authorization=${value}; Path=${place}; Max-Age=60; SameSite=Strict${secure}`;
}
