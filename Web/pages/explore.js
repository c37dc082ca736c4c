// Structures by their elements, properties and an OPTIMADE filter. Controls and the filter's text say the same: the
// text, which stands in the address, is what counts.

import { absolute, change, onWayBack } from "../core/address.js";
import { el, replace } from "../core/dom.js";
import { keepingFocus } from "../core/focus.js";
import { problemBox } from "../core/notice.js";
import { structureProperties } from "../core/properties.js";
import { quoted, recipes } from "../core/recipes.js";
import { onSessionChange, token } from "../core/session-token.js";
import { useStyle } from "../core/style.js";
import { curl, python } from "../parts/commands.js";
import { exportBox } from "../parts/export-box.js";
import { facets } from "../parts/facets.js";
import { FilterTextProblem } from "../parts/filter-text.js";
import { filterField } from "../parts/filter-field.js";
import { filterWidgets } from "../parts/filter-widgets.js";
import { asked, firstPage, structureResults, structures, structuresPath } from "../parts/structure-results.js";

/** How long somebody has to stop typing before the server is asked. */
const pause = 250;

/** Shows the page. */
export async function show(main) {
  // The first page is on its way while the rest is made.
  let question = asked();
  const first = structures(question).catch((problem) => problem);
  const [properties] = await Promise.all([structureProperties(), useStyle("explore")]);
  let running = new AbortController();
  // Set while somebody types.
  let timer;

  const field = filterField((text) => typed(text), (text) => setFilter(text));
  const widgets = filterWidgets(properties, (text) => setFilter(text));
  const results = structureResults(turn);
  const counted = el("div", { class: "counted" });
  const below = el("div", {});

  // The address follows when somebody stops: browsers take only so many changes of it.
  function typed(text) {
    question = { ...question, filter: text, page: {} };
    const isUnderstood = understood();
    clearTimeout(timer);
    timer = setTimeout(() => {
      timer = undefined;
      change({ filter: text, ...firstPage }, { replacing: true });
      if (isUnderstood) search();
    }, pause);
  }

  function setFilter(text) {
    if (text === question.filter && timer === undefined) return;
    clearTimeout(timer);
    timer = undefined;
    question = { ...question, filter: text, page: {} };
    change({ filter: text, ...firstPage });
    render();
  }

  // Shows the filter in field and controls; false where it cannot be taken apart.
  function understood() {
    running.abort();
    field.show(question.filter);
    try {
      widgets.update(question.filter);
      return true;
    } catch (problem) {
      if (!(problem instanceof FilterTextProblem)) throw problem;
      field.fail(problem);
      results.fail();
      replace(below);
      return false;
    }
  }

  function render(answer) {
    if (understood()) search(answer);
  }

  function turn() {
    clearTimeout(timer);
    timer = undefined;
    question = asked();
    render();
  }

  async function search(ready) {
    running.abort();
    running = new AbortController();
    const { signal } = running;
    const own = question;
    results.wait();
    const reading = (ready ?? structures(own, signal)).then((answer) => {
      if (answer instanceof Error) throw answer;
      return answer;
    });
    count(own.filter, reading, signal);
    try {
      const answer = await reading;
      if (signal.aborted) return;
      keepingFocus(results.box, () => results.show(own, answer, properties));
      field.show(own.filter);
      field.warn(answer.meta.warnings ?? []);
      showBelow(own, answer.meta.data_returned);
    } catch (problem) {
      if (signal.aborted) return;
      replace(below);
      results.fail();
      field.fail(problem);
    }
  }

  // What was folded out stays so.
  function showBelow(own, found) {
    const open = [...below.querySelectorAll("details")].map((box) => box.open);
    replace(below, exportBox(own, found), recipes(commands(own)));
    below.querySelectorAll("details").forEach((box, index) => { box.open = open[index] ?? false; });
  }

  async function count(filter, reading, signal) {
    try {
      widgets.count(await facets(filter, signal));
      replace(counted);
    } catch (problem) {
      // What is wrong with the whole request is said beside the filter.
      const isSaid = await reading.then(() => false, () => true);
      if (signal.aborted) return;
      widgets.count(undefined);
      replace(counted, isSaid ? [] : problemBox(problem));
    }
  }

  replace(
    main, el("h1", {}, "Explore"), field.box,
    el(
      "div", { class: "explore" },
      el("div", { class: "side" }, counted, widgets.box), el("div", { class: "found" }, results.box, below)));
  onWayBack(turn);
  onSessionChange(() => render());
  render(first);
}

function commands(question) {
  const request = { path: structuresPath(question), token: Boolean(token()) };
  const address = absolute(request.path);
  const [base] = absolute("optimade/v1/structures").split("/v1/");
  const words = [
    "rutile search", ...(question.filter ? [quoted(question.filter)] : []), `--url ${quoted(base)}`,
    `--fields ${question.columns.join()}`, ...(question.sort ? [`--sort=${quoted(question.sort)}`] : []),
  ];
  return {
    curl: curl(request),
    Python: python(request),
    OPTIMADE: `GET ${address}`,
    Rutile: `${token() ? "# This asks as everybody, without a token.\n" : ""}${words.join(" ")}`,
  };
}
