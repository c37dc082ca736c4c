// Status: how the server is, for administrators.

import { change, parameters } from "../core/address.js";
import { el, replace } from "../core/dom.js";
import { keepingFocus } from "../core/focus.js";
import { ask } from "../core/http.js";
import { busy, problemBox } from "../core/notice.js";
import { onSessionChange } from "../core/session-token.js";
import { currentUser, login } from "../core/session.js";
import { useStyle } from "../core/style.js";
import { requestRecipes } from "../parts/commands.js";
import { statusCharts } from "../parts/status-charts.js";
import { statusFacts } from "../parts/status-facts.js";

/** Seconds between two looks that one can choose. */
const intervals = [1, 2, 5, 15];

/** Shows the page in `main`. */
export async function show(main) {
  await useStyle("status");
  let number = 0;
  const update = async () => {
    const mine = (number += 1);
    const isCurrent = () => mine === number;
    try {
      const user = await currentUser();
      if (!isCurrent()) return;
      if (!user) return replace(main, el("h1", {}, "Status"), gate());
      if (!user.is_admin) {
        return replace(main, el("h1", {}, "Status"), problemBox(new Error("This page is for administrators of the server.")));
      }
    } catch (problem) {
      if (isCurrent()) replace(main, el("h1", {}, "Status"), problemBox(problem));
      return;
    }
    await watch(main, isCurrent);
  };
  onSessionChange(update);
  await update();
}

function gate() {
  return el(
    "section", { class: "panel" },
    el("p", {}, "How the server is, for its administrators."),
    el("div", { class: "buttons" }, el("button", { type: "button", class: "primary", onclick: () => login() }, "Log in")));
}

// Looks every few seconds, as long as somebody can see it.
async function watch(main, isCurrent) {
  const chosen = Number(parameters().get("every"));
  let seconds = intervals.includes(chosen) ? chosen : 2;
  const charts = statusCharts();
  const facts = el("div", {}, busy());
  const every = el(
    "select", { onchange: () => {
      seconds = Number(every.value);
      change({ every: seconds === 2 ? null : seconds }, { replacing: true });
    } },
    intervals.map((value) => el("option", { value, selected: value === seconds }, value === 1 ? "second" : `${value} seconds`)));
  const pause = el("button", { type: "button", "aria-pressed": "false", onclick: () => {
    pause.setAttribute("aria-pressed", String(pause.getAttribute("aria-pressed") !== "true"));
  } }, "Pause");
  keepingFocus(main, () => replace(
    main,
    el(
      "div", { class: "status-title" }, el("h1", {}, "Status"),
      el("div", { class: "buttons" }, el("label", { class: "inline" }, "Look every", every), pause)),
    charts.element, facts, el("h2", {}, "Routes"), charts.routes,
    requestRecipes({ path: "api/v1/status" })));

  const readFacts = async () => {
    const hadFocus = facts.contains(document.activeElement);
    const place = facts.querySelector(".table")?.scrollLeft;
    replace(facts, statusFacts((await ask("api/v1/status")).data));
    if (place) facts.querySelector(".table")?.scrollTo(place, 0);
    if (hadFocus) facts.querySelector("a, .table")?.focus();
  };
  for (let looks = 0; isCurrent(); looks += 1) {
    if (looks < 2 || (pause.getAttribute("aria-pressed") !== "true" && !document.hidden)) {
      try {
        await Promise.all([charts.look(), looks % 5 === 0 ? readFacts() : undefined]);
        charts.complain(undefined);
      } catch (problem) {
        if (!isCurrent()) return;
        charts.complain(problem);
        if (facts.querySelector(".busy")) replace(facts);
      }
    }
    // The first two looks make the first points.
    await new Promise((resolve) => setTimeout(resolve, looks ? seconds * 1000 : 500));
  }
}
