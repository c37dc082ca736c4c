// Giving what a page has made as a file.

import { el } from "../core/dom.js";
import { ask } from "../core/http.js";
import { token } from "../core/session-token.js";

/** Has the browser keep `content` (text or a blob) as a file called `name`. */
export function download(content, name, type = "text/plain;charset=utf-8") {
  const address = URL.createObjectURL(content instanceof Blob ? content : new Blob([content], { type }));
  const link = el("a", { href: address, download: name });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(address), 10000);
}

/** The same with what the server has at `path`, byte by byte, as whoever is logged in. Throws a `Problem`. */
export async function downloadFrom(path, name) {
  const headers = token() ? { Authorization: `Bearer ${token()}` } : {};
  const response = await fetch(new URL(path, document.baseURI), { headers, credentials: "omit" });
  if (response.ok) return download(await response.blob(), name);
  // Asked again, the refusal says why.
  await ask(path);
  throw new Error(`The server answers ${response.status}.`);
}

/** A name for files, made of `text`: letters, digits and some signs. */
export function fileName(text) {
  return text.replaceAll(/[^A-Za-z0-9._-]+/g, "_").slice(0, 80) || "structure";
}
