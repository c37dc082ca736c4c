// API reference: every route of the server's own descriptions, to be searched, read and tried.

import { change, onWayBack, parameters, view } from "../core/address.js";
import { el, replace } from "../core/dom.js";
import { busy, nothing, problemBox } from "../core/notice.js";
import { useStyle } from "../core/style.js";
import { readRoutes } from "../parts/openapi.js";
import { prose } from "../parts/prose.js";
import { methodBadge, routeView } from "../parts/route-view.js";
import { schemaView } from "../parts/schema-view.js";

/** Shows the page in `main`. */
export async function show(main) {
  replace(main, el("h1", {}, "API reference"), busy());
  await useStyle("reference");
  const { documents, problems, routes } = await readRoutes();

  const search = el("input", {
    type: "search", value: parameters().get("q") ?? "", placeholder: "upload, filter, POST …",
    oninput: () => {
      change({ q: search.value.trim() }, { replacing: true });
      showList();
    },
  });
  const list = el("nav", { class: "routes", "aria-label": "Routes" });
  const detail = el("div", { class: "detail" });
  const columns = el(
    "div", { class: "reference" }, el("div", { class: "side" }, el("label", {}, "Search", search), list), detail);

  const open = (event, changes) => {
    // With a key held, links do what links do.
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
    event.preventDefault();
    // What was filled in belongs to the route before.
    const old = [...parameters().keys()].filter((name) => name.startsWith("p.") || name === "body");
    change({ ...Object.fromEntries(old.map((name) => [name, null])), route: null, model: null, ...changes });
    showDetail();
    showList();
    detail.querySelector("h2")?.focus();
    scrollTo(0, 0);
  };

  const showList = () => {
    const words = (parameters().get("q") ?? "").toLowerCase().split(/\s+/).filter(Boolean);
    const found = routes.filter((route) => words.every((word) => searched(route).includes(word)));
    const current = parameters().get("route");
    const groups = Map.groupBy(found, (route) => route.group);
    replace(
      list,
      found.length ? null : nothing("No route has these words."),
      [...groups].map(([group, members]) => [
        el("h2", {}, group),
        el("ul", {}, members.map((route) => el(
          "li", {},
          el(
            "a", {
              href: view("reference", { route: route.id, q: parameters().get("q") }),
              "aria-current": route.id === current ? "true" : null, title: route.path,
              onclick: (event) => open(event, { route: route.id }),
            },
            methodBadge(route.method), el("span", { class: "title" }, route.summary, el("code", {}, route.path)))))),
      ]));
  };

  const showDetail = () => {
    const query = parameters();
    const route = routes.find((item) => item.id === query.get("route"));
    const model = query.get("model");
    columns.classList.toggle("chosen", Boolean(route || model));
    const all = view("reference", { q: query.get("q") });
    const back = el("p", { class: "back" }, el("a", { href: all, onclick: (event) => open(event, {}) }, "← All routes"));
    if (route) return replace(detail, back, routeView(route));
    if (query.get("route")) return replace(detail, back, problemBox(new Error(`There is no route “${query.get("route")}”.`)));
    if (model) return replace(detail, back, modelView(documents, model));
    replace(detail, overview(documents, routes));
  };

  onWayBack(() => {
    search.value = parameters().get("q") ?? "";
    showList();
    showDetail();
  });
  showList();
  showDetail();
  replace(main, el("h1", {}, "API reference"), problems.map(problemBox), columns);
}

// What a search looks through.
function searched(route) {
  return [
    route.id, route.group, route.summary, route.description, ...route.parameters.map((parameter) => parameter.name),
  ].join(" ").toLowerCase();
}

function modelView(documents, name) {
  const [documentName, model] = name.split("/");
  const document = documents.find((item) => item.name === documentName);
  const schema = document?.content.components?.schemas?.[model];
  if (!schema) return problemBox(new Error(`There is no model “${name}”.`));
  return el("article", {}, el("h2", { tabindex: -1 }, model), schemaView(document, schema));
}

function overview(documents, routes) {
  return [
    el("p", {}, `${routes.length} routes. Choose one to read what it takes and gives, and to try it here.`),
    el("p", {}, "Who asks is said by a token, ", el("code", {}, "Authorization: Bearer …"), "; ",
      el("a", { href: "my-data?view=token" }, "make one"), ". Without it, what is public is answered."),
    documents.map(({ path, content, name }) => el(
      "section", { class: "panel" },
      el("h2", {}, content.info.title),
      content.info.description ? el("p", {}, prose(content.info.description)) : null,
      el("p", {}, el("a", { href: path }, path), el("span", { class: "quiet" }, ` OpenAPI ${content.openapi}, for programs`)),
      models(name, content))),
  ];
}

function models(name, content) {
  const names = Object.keys(content.components?.schemas ?? {});
  if (!names.length) return null;
  return el("p", {}, "Models: ", names.map((model, index) => [
    index ? ", " : null, el("a", { href: view("reference", { model: `${name}/${model}` }) }, model)]));
}
