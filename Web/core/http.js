// Asking the server. Addresses are relative to its root, as the pages are: "api/v1/info", "optimade/v1/structures".

import { expire, token } from "./session-token.js";

/** A refusal, or an answer that is none: what the server says of it, part by part. */
export class Problem extends Error {
  /** `parts`: lists of `{title, detail, pointer}`; `pointer` names the place in what was asked, where there is one. */
  constructor(message, status, parts) {
    super(message);
    this.status = status;
    this.parts = parts;
  }
}

/**
 * Asks for `path`; `body` is sent as JSON, `raw` as it is (a form, a file).
 * Gives `{data, text, status, headers, milliseconds, size}`: `data` is what the JSON says, `text` the answer as it came.
 * With `isExact`, integers that no number of JavaScript can be are `BigInt`s in `data`.
 * Throws a `Problem` for a status of 400 and above, or where the server is out of reach; an `AbortError` for `signal`.
 */
export async function ask(path, { method, body, raw, headers = {}, signal, isExact = false } = {}) {
  const start = performance.now();
  const fields = { Accept: "application/json, */*;q=0.1", ...headers };
  if (token()) fields.Authorization = `Bearer ${token()}`;
  if (body !== undefined) fields["Content-Type"] = "application/json";
  let response, text;
  try {
    response = await fetch(new URL(path, document.baseURI), {
      method: method ?? (body === undefined && raw === undefined ? "GET" : "POST"),
      headers: fields,
      body: body === undefined ? raw : JSON.stringify(body),
      signal,
      credentials: "omit",
    });
    text = await response.text();
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new Problem("The server does not answer.", 0, [{ title: "The server does not answer", detail: error.message }]);
  }
  const milliseconds = performance.now() - start;
  const data = parsed(text, isExact);
  if (response.status === 401 && token()) expire();
  if (!response.ok) throw problem(response.status, data, text);
  return { data, text, status: response.status, headers: response.headers, milliseconds, size: text.length };
}

function parsed(text, isExact) {
  try {
    return isExact && /[-[:,\s]\d{16,}[\]},\s]/.test(text) ? JSON.parse(text, exact) : JSON.parse(text);
  } catch {
    return undefined;
  }
}

// Browsers that do not tell how a number was written leave it as it is.
function exact(_, value, context) {
  const isLong = typeof value === "number" && Number.isInteger(value) && !Number.isSafeInteger(value);
  return isLong && /^-?\d+$/.test(context?.source ?? "") ? BigInt(context.source) : value;
}

/**
 * The problem that an answer of `status` tells of; `data` is what its JSON says.
 * NOMAD's forms are {"detail": text | [{loc, msg}]}, OPTIMADE's {"errors": [{title, detail, source}]}.
 */
export function problem(status, data, text) {
  let parts;
  if (Array.isArray(data?.errors)) {
    parts = data.errors.map((error) => ({
      title: error.title, detail: error.detail, pointer: error.source?.pointer ?? error.source?.parameter,
    }));
  } else if (Array.isArray(data?.detail)) {
    parts = data.detail.map((item) => ({ detail: item.msg, pointer: item.loc?.join(" / ") }));
  } else {
    parts = [{
      detail: typeof data?.detail === "string" ? data.detail : text.slice(0, 500) || `Status ${status}`, pointer: data?.location,
    }];
  }
  return new Problem(parts.map((part) => part.detail ?? part.title).join(" "), status, parts);
}
