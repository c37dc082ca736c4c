// Texts of the server's descriptions, in which words between backquotes are code.

import { el } from "../core/dom.js";

/** The text, with its code as such. */
export function prose(text) {
  return (text ?? "").split(/`([^`]+)`/).map((part, index) => (index % 2 ? el("code", {}, part) : part));
}
