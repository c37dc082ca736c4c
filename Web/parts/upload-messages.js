// What could not be read of an upload, and what to know of what could: file by file.

import { bdi, el } from "../core/dom.js";
import { count } from "../core/format.js";

/** The panel; absent where there is nothing to say. */
export function messagesPanel(upload) {
  if (upload.process_running) {
    return el(
      "section", { class: "panel", role: "status" },
      el("p", {}, upload.process_status === "PENDING" ? "The files wait for their turn." : "The files are being processed."),
      el("progress", { "aria-label": "Being processed" }));
  }
  if (!upload.errors.length && !upload.warnings.length) return null;
  return el(
    "section", { class: "panel" },
    upload.errors.length
      ? [el("h3", {}, upload.errors.length === 1 ? "One error" : `${count(upload.errors.length)} errors`), byFile(upload.errors)]
      : null,
    upload.warnings.length
      ? el(
        "details", { open: !upload.errors.length && upload.warnings.length <= 5 },
        el("summary", {}, upload.warnings.length === 1 ? "One warning" : `${count(upload.warnings.length)} warnings`),
        byFile(upload.warnings))
      : null);
}

/**
 * The file that a message is about, with the place in it, and what it says: messages begin with the name of their file,
 * `a.cif, line 3: …`. Those of the whole upload have no file.
 */
export function messageParts(message) {
  const match = /^(.+?\.[^\s:,]+|POSCAR[^\s:,]*|CONTCAR[^\s:,]*)(?:, ([^:]*\d[^:]*))?: (.*)$/s.exec(message);
  return match ? { file: match[1], place: match[2] ?? "", text: match[3] } : { file: "", place: "", text: message };
}

function byFile(messages) {
  const files = Map.groupBy(messages.map(messageParts), (part) => part.file);
  return el(
    "dl", { class: "messages" },
    [...files].map(([file, parts]) => [
      el("dt", {}, file ? el("code", {}, file) : "The upload"),
      parts.map((part) => el("dd", {}, part.place ? el("strong", {}, bdi(part.place), ": ") : null, bdi(part.text))),
    ]));
}
