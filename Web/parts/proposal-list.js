// The list of proposals at the cursor of an editor: the editor keeps the focus, the keys move in the list.

import { el, replace } from "../core/dom.js";

/** Most proposals that are shown at once. */
const most = 200;

/**
 * The list for `field`, closed: `{element, show, wait, say, close, take}`. `onAccept` gets the proposal that is chosen.
 */
export function proposalList(field, onAccept) {
  let shown = [], active = 0;
  const options = el("ul", { role: "listbox", id: "proposals", "aria-label": "Proposals" });
  const help = el("p", { class: "proposal-help" });
  const element = el("div", { class: "proposals", hidden: true }, options, help);
  field.setAttribute("aria-controls", "proposals");

  function place({ left, top, width }) {
    element.hidden = false;
    const own = Math.min(element.offsetWidth, width);
    element.style.setProperty("left", `${Math.max(0, Math.min(left, width - own))}px`);
    element.style.setProperty("top", `${top + 2}px`);
  }

  function choose(index) {
    options.children[active]?.setAttribute("aria-selected", "false");
    active = index;
    const option = options.children[active];
    option.setAttribute("aria-selected", "true");
    option.scrollIntoView({ block: "nearest" });
    field.setAttribute("aria-activedescendant", option.id);
    replace(help, shown[active].help ?? "");
    help.hidden = !shown[active].help;
  }

  function close() {
    element.hidden = true;
    shown = [];
    replace(options);
    field.removeAttribute("aria-activedescendant");
  }

  function say(where, text) {
    close();
    replace(help, text);
    help.hidden = false;
    place(where);
  }

  return {
    element,
    close,
    say,
    /** Shows that proposals are on their way, unless some are there. */
    wait(where) {
      if (element.hidden) say(where, "Looking…");
    },
    /** Shows `proposals` at `where`; the first is chosen. `typed` is marked in them. */
    show(proposals, where, typed) {
      shown = proposals.slice(0, most);
      replace(options, shown.map((proposal, index) =>
        el(
          "li", {
            role: "option", id: `proposal-${index}`, "aria-selected": "false", class: proposal.isFaint ? "faint" : null,
            // The editor would lose the focus, and with it the list.
            onpointerdown: (event) => event.preventDefault(),
            onclick: () => onAccept(proposal),
          },
          el("span", { class: "proposal-label" }, lit(String(proposal.label), typed)),
          proposal.detail ? el("span", { class: "proposal-detail" }, proposal.detail) : null)));
      place(where);
      choose(0);
    },
    /** Whether the key press was for the list. */
    take(event) {
      if (element.hidden) return false;
      if (event.key === "Escape") {
        close();
        return true;
      }
      if (!shown.length) return false;
      if ((event.key === "Enter" || event.key === "Tab") && !event.shiftKey) {
        onAccept(shown[active]);
        return true;
      }
      const moves = { ArrowDown: 1, ArrowUp: -1, PageDown: 8, PageUp: -8 };
      if (!(event.key in moves)) return false;
      const next = active + moves[event.key];
      const isStep = Math.abs(moves[event.key]) === 1;
      choose(isStep ? (next + shown.length) % shown.length : Math.max(0, Math.min(next, shown.length - 1)));
      return true;
    },
  };
}

function lit(label, typed) {
  const at = typed ? label.toLowerCase().indexOf(typed.toLowerCase()) : -1;
  if (at < 0) return label;
  return [label.slice(0, at), el("b", {}, label.slice(at, at + typed.length)), label.slice(at + typed.length)];
}
