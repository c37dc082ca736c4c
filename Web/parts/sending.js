// Sending files, with the progress that only XMLHttpRequest tells of.

import { problem, Problem } from "../core/http.js";
import { expire, token } from "../core/session-token.js";

/**
 * Sends `body` (a form, or a file) to `path`; `onProgress` gets bytes that are sent, and bytes that there are.
 * Gives what the JSON of the answer says. Throws as `ask` does; an `AbortError` where `signal` says so.
 */
export function send(path, { method = "POST", body, onProgress, signal }) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open(method, new URL(path, document.baseURI));
    if (token()) request.setRequestHeader("Authorization", `Bearer ${token()}`);
    if (body instanceof Blob) request.setRequestHeader("Content-Type", "application/octet-stream");
    request.upload.addEventListener("progress", (event) => onProgress(event.loaded, event.total));
    request.addEventListener("load", () => {
      const data = parsed(request.responseText);
      if (request.status < 400) return resolve(data);
      if (request.status === 401 && token()) expire();
      reject(problem(request.status, data, request.responseText));
    });
    request.addEventListener("error", () => {
      reject(new Problem("The connection was cut.", 0, [
        { title: "The connection was cut", detail: "The server does not answer, or takes no more of these files." }]));
    });
    request.addEventListener("abort", () => reject(new DOMException("Stopped.", "AbortError")));
    signal?.addEventListener("abort", () => request.abort());
    request.send(body);
  });
}

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
