// "Try it": a form for what a route takes, which really asks, and shows the answer as it comes.

import { change, parameters as addressParameters } from "../core/address.js";
import { el, replace } from "../core/dom.js";
import { size } from "../core/format.js";
import { busy, problemBox } from "../core/notice.js";
import { recipes } from "../core/recipes.js";
import { token } from "../core/session-token.js";
import { curl, python } from "./commands.js";
import { confirmed } from "./dialogs.js";
import { download, fileName } from "./download.js";

/** Characters of an answer that are shown; all of it can be kept as a file. */
const mostShown = 200_000;
/** Characters of a body that the address keeps. */
const mostKept = 2_000;

/** The part of the page. What is filled in is kept in the address, but for files and what looks like a secret. */
export function routeTrial(route) {
  const kept = addressParameters();
  const fields = route.parameters
    .filter((parameter) => parameter.in === "path" || parameter.in === "query")
    .map((parameter) => ({ parameter, control: control(parameter, kept.get(`p.${parameter.name}`)) }));
  const content = bodyControl(route, kept.get("body"));
  const output = el("div", { class: "answer", "aria-live": "polite" });
  const submit = el("button", { class: "primary" }, "Send the request");

  const keep = () => {
    const changes = {};
    for (const { parameter, control: field } of fields) changes[`p.${parameter.name}`] = field.value;
    if (content?.text) {
      const text = content.text();
      changes.body = text !== content.initial && text.length <= mostKept ? text : null;
    }
    change(changes, { replacing: true });
  };
  const request = () => ({
    method: route.method, path: pathOf(route, fields), body: content?.json?.(), raw: content?.raw?.(),
  });
  const command = (make) => () => {
    try {
      const { method, path, body } = request();
      return make({ method, path, body, token: route.needsLogin || Boolean(token()) });
    } catch (problem) {
      return problem.message;
    }
  };

  const run = async () => {
    let asked;
    try {
      asked = request();
    } catch (problem) {
      return replace(output, problemBox(problem));
    }
    if (route.method === "DELETE") {
      let isMeant = false;
      await confirmed({
        title: "Really delete it?", action: "Send the request", dangerous: true,
        content: el("p", {}, `${route.method} ${asked.path}`), perform: async () => { isMeant = true; },
      });
      if (!isMeant) return;
    }
    const abort = new AbortController();
    submit.disabled = true;
    replace(output, busy("Asking…"), el("button", { type: "button", onclick: () => abort.abort() }, "Stop"));
    try {
      replace(output, await answered(asked, abort.signal));
    } catch (problem) {
      replace(output, problem.name === "AbortError" ? el("p", {}, "Stopped.") : problemBox(problem));
    } finally {
      submit.disabled = false;
      // A button that cannot be used, or that is gone, loses the focus.
      if (document.activeElement === document.body) submit.focus({ preventScroll: true });
    }
  };

  return el(
    "section", { class: "panel trial" },
    el("h3", {}, "Try it"),
    route.needsLogin && !token() ? el("p", { class: "quiet" }, "Nobody is logged in: the server will refuse.") : null,
    el(
      "form", { oninput: keep, onsubmit: (event) => {
        event.preventDefault();
        run();
      } },
      fields.length
        ? el("div", { class: "fields" }, fields.map(({ parameter, control: field }) => el("label", {}, label(parameter), field)))
        : null,
      content?.element,
      el("div", { class: "buttons" }, submit)),
    output,
    content?.json || !route.body
      ? recipes({ curl: command(curl), Python: command(python) })
      : null);
}

function label(parameter) {
  const isList = parameter.schema?.type === "array";
  return [parameter.name, isList ? ", one a line" : null, parameter.required ? ", required" : null].filter(Boolean).join("");
}

function control(parameter, kept) {
  const schema = parameter.schema ?? {};
  const value = kept ?? "";
  const title = parameter.description;
  const choices = schema.enum ?? (schema.type === "boolean" ? [true, false] : undefined);
  if (choices) {
    return el(
      "select", { title }, el("option", { value: "" }, ""),
      choices.map((choice) => el("option", { value: String(choice), selected: String(choice) === value }, String(choice))));
  }
  if (schema.type === "array") return el("textarea", { rows: 2, value, title });
  return el("input", {
    value, title, required: parameter.required && parameter.in === "path", spellcheck: "false",
    inputmode: schema.type === "integer" ? "numeric" : null,
    placeholder: schema.default !== undefined ? String(schema.default) : null,
  });
}

function pathOf(route, fields) {
  const query = new URLSearchParams();
  let path = route.address;
  for (const { parameter, control: field } of fields) {
    if (parameter.in === "path") {
      // A name at the end may stand for several parts, and then its slashes are those of the path.
      const value = encodeURIComponent(field.value);
      const isRest = parameter.name === "path" && route.method === "GET";
      path = path.replace(`{${parameter.name}}`, isRest ? value.replaceAll("%2F", "/") : value);
    } else if (parameter.schema?.type === "array") {
      field.value.split("\n").map((line) => line.trim()).filter(Boolean).forEach((item) => query.append(parameter.name, item));
    } else if (field.value !== "") {
      query.append(parameter.name, field.value);
    }
  }
  return path + (query.size ? `?${query}` : "");
}

// What the body is typed or chosen in: `element`, and what it gives: `json`, or `raw`.
function bodyControl(route, kept) {
  const contents = route.method === "GET" ? [] : Object.entries(route.body?.content ?? {});
  const json = contents.find(([type]) => type === "application/json");
  if (json) {
    const initial = JSON.stringify(json[1].example ?? {}, null, 2);
    const text = el("textarea", {
      class: "code", rows: Math.min(16, initial.split("\n").length + 2), spellcheck: "false", value: kept ?? initial,
    });
    return {
      element: el("label", {}, "Body (JSON)", text), initial, text: () => text.value,
      json: () => {
        try {
          return text.value.trim() ? JSON.parse(text.value) : undefined;
        } catch (error) {
          throw new Error(`The body is no JSON: ${error.message}`);
        }
      },
    };
  }
  const form = contents.find(([type]) => type === "application/x-www-form-urlencoded");
  if (form) {
    const inputs = Object.entries(form[1].schema?.properties ?? {}).map(([name, schema]) => ({
      name, help: schema.description,
      input: el("input", { type: /password|token/.test(name) && name !== "grant_type" ? "password" : "text", autocomplete: "off" }),
    }));
    return {
      element: el("div", { class: "fields" }, inputs.map(({ name, input }) => el("label", {}, name, input))),
      raw: () => new URLSearchParams(
        inputs.filter(({ input }) => input.value).map(({ name, input }) => [name, input.value])),
    };
  }
  if (!contents.length) return undefined;
  const file = el("input", { type: "file" });
  return { element: el("label", {}, "Body (a file)", file), raw: () => file.files[0] };
}

async function answered({ method, path, body, raw }, signal) {
  const headers = { Accept: "application/json, */*;q=0.1" };
  if (token()) headers.Authorization = `Bearer ${token()}`;
  if (body !== undefined) headers["Content-Type"] = "application/json";
  const start = performance.now();
  const response = await fetch(new URL(path, document.baseURI), {
    method, headers, body: body === undefined ? raw : JSON.stringify(body), signal, credentials: "omit",
  });
  const content = await response.blob();
  const milliseconds = performance.now() - start;
  const type = response.headers.get("Content-Type") ?? "";
  const isText = /json|text|xml|javascript|csv/.test(type) || !content.size;
  const text = isText ? await content.text() : "";
  return [
    el(
      "p", { class: "outcome" },
      el("strong", { class: response.ok ? "status" : "status refused" }, response.status), ` ${response.statusText} · `,
      `${milliseconds.toFixed(0)} ms · ${size(content.size)}${type ? ` · ${type}` : ""}`),
    el("p", { class: "quiet" }, el("code", {}, `${method} ${new URL(path, document.baseURI).href}`)),
    el("details", {}, el("summary", {}, "Header fields"), el(
      "pre", { tabindex: 0, "aria-label": "Header fields" },
      [...response.headers].map(([name, value]) => `${name}: ${value}`).join("\n"))),
    isText && content.size ? el("pre", { tabindex: 0, class: "content", "aria-label": "Answer" }, pretty(text)) : null,
    content.size
      ? el(
        "div", { class: "buttons" },
        el("button", { type: "button", onclick: () => download(content, nameOf(response, path)) }, "Save the answer"))
      : null,
  ];
}

function pretty(text) {
  let shown = text;
  try {
    shown = JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    // Not JSON: as it came.
  }
  return shown.length > mostShown ? `${shown.slice(0, mostShown)}\n… ${shown.length - mostShown} characters more` : shown;
}

function nameOf(response, path) {
  const given = /filename="?([^";]+)"?/.exec(response.headers.get("Content-Disposition") ?? "")?.[1];
  return fileName(given ?? path.split("?")[0].split("/").at(-1));
}
