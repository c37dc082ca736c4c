// The graph playground: a request is written, checked, run, looked at, kept and sent.

import { absolute, change, onWayBack, parameters, view } from "../core/address.js";
import { bdi, el, replace } from "../core/dom.js";
import { count } from "../core/format.js";
import { ask } from "../core/http.js";
import { copyButton, quoted, recipes } from "../core/recipes.js";
import { onSessionChange, token } from "../core/session-token.js";
import { useStyle } from "../core/style.js";
import { codeEditor, columnsThatFit } from "../parts/code-editor.js";
import { curl, python } from "../parts/commands.js";
import { answerPane } from "../parts/graph-answer.js";
import { check, explaining, placed } from "../parts/graph-check.js";
import { requestDoubts } from "../parts/graph-doubts.js";
import { examples } from "../parts/graph-examples.js";
import { insertion, proposals } from "../parts/graph-proposals.js";
import { remember } from "../parts/graph-saves.js";
import { graphShelf } from "../parts/graph-shelf.js";
import { lineAndColumn, parse, pretty } from "../parts/json-text.js";

/** How long one has to pause before what is written is checked, in milliseconds. */
const pause = 350;
/** Longer addresses are not taken by everybody who may stand before a server. */
const longestAddress = 8000;
/** Doubts that are written out; all are marked. */
const mostDoubts = 3;
const path = "api/v1/graph/query";

/** Shows the page. */
export async function show(main) {
  await useStyle("graph");
  let running, checking, timer;
  // Whether the place in the history is that of a request that was run: then typing begins a new one.
  let isRun = true;

  const said = el("div", { class: "said", role: "status" });
  const others = el("div", {});
  const pane = answerPane();
  const editor = codeEditor({
    label: "Graph request", onInput: typed, onRun: () => run(), propose: proposals, insert: insertion,
  });
  const shelf = graphShelf({ onTake: take, current: () => editor.text });

  function typed(text) {
    clearTimeout(timer);
    checking?.abort();
    timer = setTimeout(() => {
      keepAddress(text);
      isRun = false;
      examine(text);
    }, pause);
  }

  // An address without a request shows a sample, so that of an empty editor says that it is `blank`.
  function keepAddress(text, { explain = null, replacing = !isRun } = {}) {
    const blank = text.trim() === "" ? "1" : null;
    change({ request: hasAddress(text) ? compact(text) : null, blank, explain }, { replacing });
  }

  async function examine(text) {
    checking?.abort();
    checking = new AbortController();
    const { signal } = checking;
    showRecipes(text);
    showLength(text);
    if (text.trim() === "") return replace(said, "Press Ctrl-Space: the list shows what can be written.");
    try {
      const result = await check(text, signal);
      if (signal.aborted) return undefined;
      if (result.problem) return tell(result.problem);
      approve(result, []);
      const doubts = await requestDoubts(parse(text).root);
      if (!signal.aborted && doubts.length) approve(result, doubts);
      return undefined;
    } catch (error) {
      if (error.name === "AbortError") return undefined;
      return replace(said, error.message);
    }
  }

  // Says that a request can be run, and what in it may not be what was meant.
  function approve({ remark, plan }, doubts) {
    editor.mark(doubts);
    const told = [remark, ...doubts.slice(0, mostDoubts)].filter(Boolean);
    const left = doubts.length - mostDoubts;
    replace(
      said, told.map((place) => el("div", {}, placeButton(place))),
      left > 0 ? el("div", { class: "quiet" }, `and ${count(left)} more, which are marked`) : null,
      el("span", { class: "fits" }, "Valid. "), el("span", { class: "quiet" }, plan[0] ?? ""));
  }

  // Says what is wrong, marks it, and leads there.
  function tell(problem) {
    editor.mark([problem]);
    replace(said, placeButton(problem));
  }

  function placeButton({ start, message, isDoubt }) {
    const { line, column } = lineAndColumn(editor.text, start);
    return el(
      "button", { type: "button", class: isDoubt ? "wrong-place doubtful-place" : "wrong-place", onclick: () => editor.goTo(start) },
      el("strong", {}, `Line ${line}, column ${column}: `), bdi(message));
  }

  // What is run of its own accord, to show what it is like, leaves no traces; what the address asks for (`isGiven`) has
  // its place in the history already.
  async function run({ isExplained = false, isSample = false, isGiven = false } = {}) {
    const text = editor.text;
    const { root, problem } = parse(text);
    clearTimeout(timer);
    checking?.abort();
    if (problem) return tell(problem);
    if (!isSample) keepAddress(text, { explain: isExplained ? "1" : null, replacing: isGiven || !isRun });
    isRun = true;
    running?.abort();
    running = new AbortController();
    const { signal } = running;
    pane.wait(() => running.abort());
    const examined = examine(text);
    try {
      const answer = await ask(path, { body: isExplained ? explaining(root.value) : root.value, signal, isExact: true });
      if (signal.aborted) return undefined;
      if (isExplained) pane.explain(answer);
      else pane.show(answer);
      if (isSample) return undefined;
      remember(text);
      shelf.update();
    } catch (error) {
      if (signal !== running.signal) return undefined;
      if (error.name === "AbortError") return pane.clear();
      pane.fail(error);
      // What running it has shown counts more than what reading it has.
      await examined;
      if (signal === running.signal && error.status && editor.text === text) tell(placed(error, text));
    }
    return undefined;
  }

  function take(text) {
    const chosen = document.activeElement;
    editor.setText(text);
    // The editor has taken the focus, so that the change can be undone.
    chosen?.focus({ preventScroll: true });
    pane.element.scrollIntoView({ block: "nearest" });
    run();
  }

  function showRecipes(text) {
    const { root } = parse(text);
    const isOpen = others.querySelector("details")?.open ?? false;
    const request = root ? { method: "POST", path, body: root.value, token: Boolean(token()) } : undefined;
    const server = absolute("./").replace(/\/$/, "");
    const unless = (make) => () => (request ? make() : "The request is no JSON yet.");
    const box = recipes({
      curl: unless(() => curl(request)),
      Python: unless(() => python(request)),
      Rutile: unless(() => `echo ${quoted(JSON.stringify(root.value))} \\\n    | rutile query - --url ${quoted(server)}`),
    });
    box.open = isOpen;
    replace(others, box);
  }

  const linkButton = copyButton(() => addressOf(editor.text), "Copy link");
  const textButton = copyButton(() => editor.text, "Copy text");
  const length = el("p", { class: "quiet keys", role: "status" });

  // A request that no address can hold has another way to be sent.
  function showLength(text) {
    const isShort = hasAddress(text);
    linkButton.hidden = !isShort;
    textButton.hidden = isShort;
    replace(length, isShort ? null : `This request has no link: its address would have ${count(addressOf(text).length)} `
      + `characters, and no more than ${count(longestAddress)} are taken everywhere. Send its text instead, and keep it `
      + "under “Saved”: it does not come back with the address of this page.");
  }

  function format() {
    const { root, problem } = parse(editor.text);
    if (problem) tell(problem);
    else editor.setText(pretty(root.value, columnsThatFit()));
  }

  const button = (text, onclick, properties = {}) => el("button", { type: "button", onclick, ...properties }, text);
  replace(
    main,
    el("h1", {}, "Graph playground"),
    el(
      "p", { class: "quiet lead" },
      "One request reads exactly what is wanted: from any number of entries, uploads, users and definitions, with "
      + "references followed."),
    el(
      "div", { class: "graph" },
      el(
        "section", { class: "request", "aria-label": "Request" },
        editor.element,
        said,
        el(
          "div", { class: "buttons" },
          button("Run", () => run(), { class: "primary", title: "Ctrl-Enter" }),
          button("Explain", () => run({ isExplained: true }), { title: "Says what would be read, and reads nothing" }),
          button("Complete", () => editor.propose(), { title: "Ctrl-Space" }),
          button("Format", format),
          button("New", () => editor.setText("")),
          linkButton, textButton),
        length,
        el(
          "p", { class: "quiet keys", id: "editor-keys" },
          "Ctrl-Enter runs the request, Ctrl-Space shows what can be written, Escape closes the list."),
        others),
      pane.element, shelf.element));
  pane.clear();

  async function begin() {
    const asked = parameters();
    const given = asked.get("request") ?? (asked.has("blank") ? "" : null);
    const { root } = parse(given ?? "");
    clearTimeout(timer);
    isRun = true;
    const value = given === null ? (await examples().catch(() => []))[0]?.request ?? {} : root?.value;
    const text = value === undefined ? given : pretty(value, columnsThatFit());
    editor.load(text);
    if (given === null) return run({ isSample: true });
    if (root) return run({ isExplained: asked.get("explain") === "1", isGiven: true });
    running?.abort();
    pane.clear();
    return examine(text);
  }

  onWayBack(begin);
  onSessionChange(() => examine(editor.text));
  await begin();
}

function hasAddress(text) {
  return addressOf(text).length <= longestAddress;
}

function addressOf(text) {
  return absolute(view("graph", { request: compact(text) }));
}

function compact(text) {
  const { root } = parse(text);
  return root ? JSON.stringify(root.value) : text;
}
