// Commands for a shell and for Python that ask what a view asks, token included.

import { absolute } from "../core/address.js";
import { quoted, recipes } from "../core/recipes.js";

/**
 * "The same elsewhere" for a request to this server: `{method, path, body, graph, token}`. `body` is sent as JSON; `graph` is
 * a graph request that gives the same data, where there is one; `token`: whether the commands say who asks.
 */
export function requestRecipes({ method = "GET", path, body, graph, token = true }) {
  return recipes({
    curl: () => curl({ method, path, body, token }),
    Python: () => python({ method, path, body, token }),
    ...(graph ? { Graph: () => curl({ method: "POST", path: "api/v1/graph/query", body: graph, token }) } : {}),
  });
}

/** The command for curl; `token`: whether it says who asks; `follows`: whether the answer leads on. */
export function curl({ method = "GET", path, body, token = true, follows = false }) {
  const words = [follows ? "curl -sL" : "curl -s"];
  if (method === "HEAD") words.push("--head");
  else if (method !== (body === undefined ? "GET" : "POST")) words.push(`-X ${method}`);
  if (token) words.push('-H "Authorization: Bearer $RUTILE_TOKEN"');
  if (body !== undefined) words.push(`-H "Content-Type: application/json" -d ${quoted(JSON.stringify(body))}`);
  words.push(quoted(absolute(path)));
  return words.join(" \\\n    ");
}

/** The program for Python, which needs nothing but its standard library. */
export function python({ method = "GET", path, body, token = true }) {
  const fields = [];
  if (token) fields.push('"Authorization": "Bearer " + os.environ["RUTILE_TOKEN"]');
  if (body !== undefined) fields.push('"Content-Type": "application/json"');
  // A text of JSON is one of Python, too.
  const data = body === undefined ? "" : `, data=${JSON.stringify(JSON.stringify(body))}.encode()`;
  return [
    `import ${token ? "os, " : ""}urllib.request`,
    "",
    `request = urllib.request.Request(`,
    `    ${JSON.stringify(absolute(path))}, method="${method}"${data},`,
    `    headers={${fields.join(", ")}})`,
    `with urllib.request.urlopen(request) as answer:`,
    `    print(answer.read().decode())`,
  ].join("\n");
}
