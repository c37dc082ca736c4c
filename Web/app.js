// What every page starts with: the header, and the module of the page that the address names.

import { el, replace } from "./core/dom.js";
import { problemBox } from "./core/notice.js";
import { sessionControl } from "./core/session.js";

/** The pages, in the order of the header: the last part of their address, their name, whether they need a login. */
const pages = [
  { path: "", title: "Start", module: "./pages/start.js", hidden: true },
  { path: "explore", title: "Explore", module: "./pages/explore.js" },
  { path: "entry", title: "Entry", module: "./pages/entry.js", hidden: true },
  { path: "graph", title: "Graph", module: "./pages/graph.js" },
  { path: "federated", title: "Many databases", module: "./pages/federated.js" },
  { path: "my-data", title: "My data", module: "./pages/my-data.js" },
  { path: "reference", title: "API", module: "./pages/reference.js" },
  { path: "status", title: "Status", module: "./pages/status.js", hidden: true },
];

const path = location.pathname.slice(location.pathname.lastIndexOf("/") + 1);
const page = pages.find((candidate) => candidate.path === path) ?? pages[0];

function header() {
  const links = pages
    .filter((candidate) => !candidate.hidden)
    .map((candidate) =>
      el("a", { href: candidate.path, "aria-current": candidate === page ? "page" : null }, candidate.title));
  return [
    el("a", { class: "brand", href: "./" }, el("img", { src: "web/icon.svg", alt: "", width: 22, height: 22 }), "Rutile"),
    el("nav", { "aria-label": "Pages" }, links),
    sessionControl(),
  ];
}

const main = document.getElementById("page");
document.title = page.path === "" ? "Rutile" : `${page.title} · Rutile`;
replace(document.getElementById("header"), header());
try {
  const { show } = await import(page.module);
  await show(main);
} catch (error) {
  replace(main, problemBox(error));
}
