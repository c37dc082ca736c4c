// The archive of an entry: a tree, and beside it what is at the chosen place.

import { change, onWayBack, parameters, view } from "../core/address.js";
import { bdi, el, replace } from "../core/dom.js";
import { count } from "../core/format.js";
import { busy, nothing, problemBox } from "../core/notice.js";
import { copyButton, recipes } from "../core/recipes.js";
import { token } from "../core/session-token.js";
import { shapeText, typeText } from "./archive-definitions.js";
import { placeLink } from "./archive-link.js";
import { ArchiveNode, openPath, pageSize, valuePageSize } from "./archive-node.js";
import { pathOf, stepsOf } from "./archive-request.js";
import { archiveTree } from "./archive-tree.js";
import { kindText, shortText, unitOf, valueView } from "./archive-value.js";
import { curl, python } from "./commands.js";

/**
 * An element that shows the archive of `entry` (an id). The place is the parameter `path` of the address, the page of a
 * long list `page`. `leave(entry, path)` goes to another entry.
 */
export function archiveBrowser(entry, { leave }) {
  const detail = el("div", { class: "archive-detail", "aria-live": "polite" });
  const side = el("div", { class: "archive-side" }, busy());
  const root = ArchiveNode.root(entry);
  let tree, running;

  const show = async () => {
    running?.abort();
    const work = (running = new AbortController());
    const steps = stepsOf(parameters().get("path") ?? "");
    const page = Math.max(0, (Number(parameters().get("page")) || 1) - 1);
    try {
      const { way, problem } = await openPath(root, steps, page, work.signal);
      if (work.signal.aborted) return;
      if (!tree) {
        tree = archiveTree(root, { label: "Archive", select: (node) => go({ entry, steps: node.steps }) });
        replace(side, tree.element);
      }
      tree.reveal(way);
      const missing = !problem && way.length - 1 < steps.length ? pathOf(steps) : undefined;
      replace(detail, missing ? nothing("There is nothing at ", bdi(missing), "; this is how far the path leads.") : null,
        problem ? problemBox(problem) : null,
        place(way.at(-1), { go, href, page: pages }));
    } catch (error) {
      if (error.name === "AbortError") return;
      if (!tree) replace(side);
      replace(detail, problemBox(error));
    }
  };
  const go = (target, page) => {
    const path = pathOf(target.steps);
    if (target.entry !== entry) return leave(target.entry, path);
    change({ path, page: page > 0 ? page + 1 : null });
    return show();
  };
  const href = (target) => view("entry", { id: target.entry, path: pathOf(target.steps) });
  const pages = (node) => {
    const size = node.kind === "list" ? pageSize : valuePageSize;
    if (!(node.total > size)) return null;
    const last = Math.ceil(node.total / size) - 1;
    const end = Math.min(node.total, (node.page + 1) * size);
    const turn = (page, text, isThere) =>
      el("button", { type: "button", disabled: !isThere, onclick: () => go(node, page) }, text);
    return el(
      "div", { class: "buttons" },
      turn(0, "First", node.page > 0), turn(node.page - 1, "Earlier", node.page > 0),
      el("span", {}, `${count(node.page * size)}–${count(end - 1)} of ${count(node.total)}`),
      turn(node.page + 1, "Later", node.page < last), turn(last, "Last", node.page < last));
  };

  const element = el("div", { class: "archive" }, side, detail);
  // After a login the page is made anew; the browser before it has nothing to show any more.
  onWayBack(() => element.isConnected && show());
  show();
  return element;
}

function place(node, tools) {
  const request = node.request;
  const playground = view("graph", { request: JSON.stringify(request, null, 2) });
  return [
    trail(node, tools),
    definition(node),
    node.messages?.length
      ? el("ul", { class: "quiet small plain" }, node.messages.slice(0, 20).map((text) => el("li", {}, text)))
      : null,
    valueView(node, tools),
    contents(node, tools),
    el(
      "div", { class: "buttons" },
      copyButton(() => JSON.stringify(request, null, 2), "Copy as graph request"),
      el("a", { class: "button", href: playground }, "Open in the playground")),
    recipes({
      "Graph request": () => JSON.stringify(request, null, 2), curl: () => curl(command(request)),
      Python: () => python(command(request)),
    }),
  ];
}

function command(request) {
  return { method: "POST", path: "api/v1/graph/query", body: request, token: Boolean(token()) };
}

// The way from the top to here, each step a link.
function trail(node, tools) {
  const steps = node.steps.map((_, index) => node.steps.slice(0, index + 1));
  const link = (to, text) => placeLink({ entry: node.entry, steps: to }, bdi(shortText(text)), tools);
  return el(
    "p", { class: "trail", "aria-label": "Path" },
    link([], "archive"), steps.map((to) => [" / ", link(to, to.at(-1))]));
}

function definition(node) {
  const { property, section } = node;
  const rows = [
    ["Section", section?.qualifiedName],
    ["Type", node.kind === "part" ? undefined : typeText(property?.type)],
    ["Shape", node.kind === "part" ? undefined : shapeText(property?.shape)],
    ["Unit", unitOf(node)],
    ["Items", node.total === undefined ? undefined : count(node.total)],
  ].filter(([, text]) => text);
  const description = property?.description ?? section?.description;
  return [
    description ? el("p", { class: "description" }, description) : null,
    rows.length
      ? el("dl", { class: "facts inline" }, rows.map(([name, text]) =>
        el("div", {}, el("dt", {}, name), el("dd", {}, text))))
      : null,
  ];
}

// What is below a section, a list or an object of JSON, as a table.
function contents(node, tools) {
  const isListOfPlainValues = Array.isArray(node.value) && !node.isOpenable;
  if (!node.children?.length || isListOfPlainValues) {
    return node.kind === "section" ? nothing("There is nothing in this section.") : null;
  }
  const hasUnits = node.children.some((child) => child.kind === "quantity" && unitOf(child));
  const headings = ["Name", "Value", ...(hasUnits ? ["Unit"] : [])];
  const row = (child) => {
    const isValue = child.kind === "quantity" || child.kind === "part";
    const text = shortText(child.title) || (isValue && shortText(child.value));
    const name = bdi(shortText(child.name) || "“”");
    return el(
      "tr", {},
      el("th", { scope: "row" }, placeLink({ entry: node.entry, steps: child.steps }, name, tools)),
      el("td", {}, text ? bdi(text) : el("i", { class: "quiet" }, kindText(child))),
      hasUnits ? el("td", { class: "quiet" }, isValue ? unitOf(child) : "") : null);
  };
  return [
    node.kind === "list" ? tools.page(node) : null,
    el(
      "div", { class: "table archive-table", tabindex: 0, role: "region", "aria-label": "What is here" },
      el(
        "table", {},
        el("thead", {}, el("tr", {}, headings.map((name) => el("th", { scope: "col" }, name)))),
        el("tbody", {}, node.children.map(row)))),
  ];
}
