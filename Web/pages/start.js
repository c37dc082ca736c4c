// What is here, and the way into it: a search box, examples, the other pages.

import { absolute, view } from "../core/address.js";
import { bdi, el, replace } from "../core/dom.js";
import { count, time } from "../core/format.js";
import { ask } from "../core/http.js";
import { problemBox } from "../core/notice.js";
import { quoted, recipes } from "../core/recipes.js";
import { useStyle } from "../core/style.js";
import { examples } from "../parts/examples.js";
import { understood } from "../parts/search-words.js";

const newest = "optimade/v1/structures?sort=-last_modified&page_limit=1&response_fields=last_modified";
/** Where the facts come from. */
const sources = ["optimade/v1/info", newest, "api/v1/info"];

/** Shows the page. */
export async function show(main) {
  const asked = Promise.all(sources.map((path) => ask(path)));
  await useStyle("start");
  const title = el("h1", {}, "Rutile");
  const description = el("p", { class: "lead" });
  const facts = el("dl", { class: "facts", "aria-label": "What is here" });
  const samples = el("ul", { class: "examples" });
  replace(
    main,
    el("section", { class: "hero" }, title, description, searchBox(), facts),
    el("section", {}, el("h2", {}, "To begin with"), samples),
    el("section", {}, el("h2", {}, "What one can do"), el("ul", { class: "cards" }, doors.map(card))),
    el(
      "section", {}, el("h2", {}, "For programs"), el("ul", { class: "plain" }, interfaces.map(interfaceLine)),
      recipes(commands())));
  try {
    const [info, latest, here] = (await asked).map((answer) => answer.data);
    const { provider } = info.meta;
    replace(title, provider.name);
    document.title = provider.name;
    replace(description, provider.description);
    replace(facts, statements(info, latest, here));
    replace(samples, (await examples()).map(({ path, words, text }) =>
      el("li", {}, el("a", { href: path }, words), " ", el("code", {}, text))));
  } catch (problem) {
    replace(facts, problemBox(problem));
  }
}

function searchBox() {
  const says = el("p", { class: "says quiet", id: "says", "aria-live": "polite" }, hint);
  const words = el("input", {
    type: "search", name: "words", "aria-label": "Search structures", "aria-describedby": "says", autocomplete: "off",
    autocapitalize: "off", spellcheck: "false", placeholder: "TiO2, Ti-O, an id or a filter",
    oninput: () => replace(says, words.value.trim() === "" ? hint : `${understood(words.value).says}.`),
  });
  return el(
    "form", { class: "search", role: "search", onsubmit: async (event) => {
      event.preventDefault();
      location.assign(await destination(understood(words.value)));
    } },
    el("div", { class: "line" }, words, el("button", { class: "primary" }, "Search")), says);
}

const hint = "A formula in any order, elements with dashes between them, an id, or a filter of OPTIMADE.";

// An id leads to its structure, entry or upload, where there is one; all else to the list.
async function destination({ kind, filter, id }) {
  if (kind === "id") {
    const query = new URLSearchParams({ filter, page_limit: 1, response_fields: "id" });
    const body = { entries: { [id]: { entry_id: "*" } }, uploads: { [id]: { upload_id: "*" } } };
    const [structure, others] = await Promise.all([
      ask(`optimade/v1/structures?${query}`).catch(() => undefined),
      // Other texts may be keys that mean something else in a request.
      /^(?!m_)[\w.-]+$/.test(id) ? ask("api/v1/graph/query", { body }).catch(() => undefined) : undefined,
    ]);
    if (structure?.data.data.length === 1) return view("entry", { id: structure.data.data[0].id });
    if (others?.data.entries?.[id]?.entry_id) return view("entry", { id });
    if (others?.data.uploads?.[id]?.upload_id) return view("my-data", { upload: id });
  }
  return view("explore", filter ? { filter } : {});
}

function statements(info, latest, here) {
  const { provider, implementation } = info.meta;
  const { license, available_licenses: names } = info.data.attributes;
  const { n_entries: entries, n_uploads: uploads } = here.statistics;
  const changed = latest.data[0]?.attributes.last_modified;
  const lines = [
    ["Structures", count(latest.meta.data_available)], ["Entries", count(entries)], ["Uploads", count(uploads)],
    ["Last change", changed ? time(changed) : "none yet"],
    ["Licence", license ? link(license, names?.length ? names.join(" or ") : license) : "not stated"],
    ["Provider", [link(provider.homepage, bdi(provider.name)), el("span", { class: "quiet" }, ` _${provider.prefix}_`)]],
    ["Served by", `${implementation.name} ${implementation.version}`],
  ];
  return lines.map(([name, value]) => el("div", {}, el("dt", {}, name), el("dd", {}, value)));
}

// Where data say an address, only one of the web is followed.
function link(address, words) {
  return /^https?:\/\//i.test(address ?? "") ? el("a", { href: address, rel: "noreferrer" }, words) : words;
}

const doors = [
  { path: "explore", name: "Explore", text: "Click elements, set ranges, sort, and take the list with you." },
  { path: "graph", name: "Graph", text: "Ask for exactly the parts of archives that you need." },
  { path: "federated", name: "Many databases", text: "Send one filter to many databases, and read one list." },
  { path: "my-data", name: "My data", text: "Send files, share them, publish them." },
  { path: "reference", name: "API", text: "Every route, with its parameters, and a way to try it." },
];

function card({ path, name, text }) {
  return el("li", {}, el("a", { class: "card", href: path }, el("strong", {}, name), el("span", {}, text)));
}

const interfaces = [
  ["optimade", "OPTIMADE", "the base URL for its clients"],
  ["api/v1/openapi.json", "HTTP API", "OpenAPI 3.1"],
  ["optimade/v1/extensions/openapi.json", "OPTIMADE API", "OpenAPI"],
  ["gateway/openapi.json", "Gateway API", "OpenAPI"],
];

function interfaceLine([path, name, text]) {
  return el("li", {}, el("a", { href: path }, name), ` ${text} `, el("code", {}, absolute(path)));
}

function commands() {
  const base = absolute("optimade");
  const hits = '{"search": {"m_request": {"pagination": {"page_size": 3}}, "*": {"entry": {"mainfile_path": "*"}}}}';
  const filter = 'elements HAS ALL "Si","O" AND nelements=2';
  return {
    curl: sources.map((path) => `curl -s ${quoted(absolute(path))}`).join("\n"),
    Python: [
      "import json, urllib.request", "",
      `for path in (${sources.map((path) => JSON.stringify(path)).join(", ")}):`,
      `    with urllib.request.urlopen(${JSON.stringify(absolute("./"))} + path) as answer:`,
      "        print(json.load(answer))",
    ].join("\n"),
    OPTIMADE: `curl -sG ${quoted(`${base}/v1/structures`)} --data-urlencode ${quoted(`filter=${filter}`)}`,
    Graph: [
      `curl -s ${quoted(absolute("api/v1/graph/query"))} -H 'Content-Type: application/json' \\`, `  -d ${quoted(hits)}`,
    ].join("\n"),
  };
}
