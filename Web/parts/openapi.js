// The three descriptions of what this server can be asked for, as one list of routes.

import { ask } from "../core/http.js";

/** The documents: their name in addresses, where they are, and what their paths are below, as seen from the pages. */
const documents = [
  { name: "api", path: "api/v1/openapi.json", root: "" },
  { name: "optimade", path: "optimade/v1/extensions/openapi.json", root: "optimade/v1" },
  { name: "gateway", path: "gateway/openapi.json", root: "gateway/v1" },
];

/** Groups of routes of the first document, by the first part of their paths that says something. */
const groups = {
  graph: "Graph", entries: "Entries and archives", uploads: "Uploads", datasets: "Datasets", users: "Users",
  groups: "Groups of users", auth: "Login", realms: "Login", "-": "Operation",
};

/**
 * All routes, in the order of the documents:
 * `{id, method, path, address, group, summary, description, parameters, body, answers, samples, needsLogin, document}`;
 * `id` is `GET /path` as people write it, `address` leads there from the pages, with its `{names}`; references are
 * followed in all but schemas. A document that cannot be read is left out, and named in `problems`.
 */
export async function readRoutes() {
  const problems = [];
  const read = await Promise.all(documents.map(async (document) => {
    try {
      return { ...document, content: (await ask(document.path)).data };
    } catch (problem) {
      problems.push(problem);
      return undefined;
    }
  }));
  const known = read.filter(Boolean);
  return { documents: known, problems, routes: known.flatMap(routesOf) };
}

function routesOf(document) {
  return Object.entries(document.content.paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]) => {
      const root = rootOf(document, operation);
      const address = root + path;
      return {
        id: `${method.toUpperCase()} ${address.startsWith("/") ? address : `/${address}`}`,
        method: method.toUpperCase(),
        path: address.startsWith("/") ? address : `/${address}`,
        // Relative to the pages, but for routes at the root of the server whatever the base path is.
        address: operation.servers && !document.root ? address : address.replace(/^\//, ""),
        group: groupOf(document, path),
        summary: operation.summary ?? "",
        description: operation.description ?? "",
        parameters: (operation.parameters ?? []).map((parameter) => target(document, parameter)),
        body: operation.requestBody ? target(document, operation.requestBody) : undefined,
        answers: Object.entries(operation.responses ?? {}).map(([status, answer]) => ({
          status, ...target(document, answer),
        })),
        samples: operation["x-codeSamples"] ?? [],
        needsLogin: Boolean(operation.security?.length) && operation.security.every((way) => Object.keys(way).length > 0),
        document,
      };
    }));
}

// An operation may have a server of its own, above that of its document: the OPTIMADE base without a version.
function rootOf(document, operation) {
  if (!operation.servers || !document.root) return document.root;
  const pathOf = (servers) => new URL(servers[0].url, location.origin).pathname.replace(/\/$/, "");
  const below = pathOf(document.content.servers).slice(pathOf(operation.servers).length);
  return below && document.root.endsWith(below) ? document.root.slice(0, -below.length) : document.root;
}

function groupOf(document, path) {
  if (document.root) return document.content.info.title;
  const part = path.split("/").find((item) => item && item !== "api" && item !== "v1");
  return groups[part] ?? "This server";
}

/** What `value` is, or refers to: `#/components/…` of its document. */
export function target(document, value) {
  if (!value?.$ref) return value;
  return value.$ref.split("/").slice(1).reduce((part, key) => part?.[key], document.content) ?? {};
}

/** The last part of a reference: the name of the model that it leads to. */
export function modelName(value) {
  return value?.$ref?.split("/").at(-1);
}
