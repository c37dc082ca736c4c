// The periodic table as a control: which elements must be there, which must not.

import { el } from "../core/dom.js";
import { count } from "../core/format.js";
import { element, elements } from "./elements.js";

const words = { has: "must be there", not: "must not be there", none: "" };
const steps = { none: "has", has: "not", not: "none" };

/**
 * The table. `onChange(symbol, state)` gets `has`, `not` or `none` when an element is chosen.
 * Gives `{box, update({has, not}, counts), chosen()}`; `counts` by symbol are of the present results, where they are
 * known; `chosen` gives the elements of the page that are not in the state `none`.
 * One element is reached by Tab, the others from there by the arrow keys.
 */
export function periodicTable(onChange) {
  const buttons = new Map(elements.map((item) => [item.symbol, button(item)]));
  let reached = "H";
  const box = el(
    "div", { class: "periodic", role: "group", "aria-label": "Elements", onkeydown: (event) => {
      const next = neighbour(reached, event.key);
      if (!next) return;
      event.preventDefault();
      reach(next);
      buttons.get(next).focus();
    } }, [...buttons.values()]);

  function reach(symbol) {
    buttons.get(reached).tabIndex = -1;
    reached = symbol;
    buttons.get(reached).tabIndex = 0;
  }

  function button({ symbol, number }) {
    const { column, row } = position(symbol);
    return el(
      "button", {
        type: "button", class: "element", tabindex: number === 1 ? 0 : -1, "data-symbol": symbol, "data-state": "none",
        style: { "grid-column": column, "grid-row": row },
        onclick: (event) => {
          reach(symbol);
          onChange(symbol, steps[event.currentTarget.dataset.state]);
        },
      }, symbol);
  }

  function update({ has, not }, counts) {
    for (const [symbol, item] of buttons) {
      const state = has.includes(symbol) ? "has" : not.includes(symbol) ? "not" : "none";
      item.dataset.state = state;
      item.classList.toggle("absent", Boolean(counts) && !counts[symbol] && state === "none");
      item.setAttribute("aria-pressed", state === "has" ? "true" : state === "not" ? "mixed" : "false");
      const parts = [element(symbol).name, words[state], counts ? `${count(counts[symbol] ?? 0)} of the results` : ""];
      const name = parts.filter(Boolean).join(", ");
      item.setAttribute("aria-label", name);
      item.title = name;
    }
  }
  update({ has: [], not: [] });
  const chosen = () => [...buttons.values()].filter((item) => item.dataset.state !== "none");
  return { box, update, chosen };
}

// The f block stands below, behind an empty row, from the third column on.
function position(symbol) {
  const { group, period, number } = element(symbol);
  if (group) return { column: group, row: period };
  return { column: number - (period === 6 ? 57 : 89) + 3, row: period + 3 };
}

const directions = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

function neighbour(symbol, key) {
  if (key === "Home") return "H";
  if (key === "End") return "Og";
  const step = directions[key];
  if (!step) return null;
  let { column, row } = position(symbol);
  for (let tries = 0; tries < 20; tries += 1) {
    column += step[0];
    row += step[1];
    const there = elements.find((item) => {
      const place = position(item.symbol);
      return place.column === column && place.row === row;
    });
    if (there) return there.symbol;
  }
  return null;
}
