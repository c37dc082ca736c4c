// A text area for JSON: what is written is coloured and marked in a layer below it, proposals are in a list at the cursor.

import { el, replace } from "../core/dom.js";
import { placeAt } from "./json-place.js";
import { tokens } from "./json-text.js";
import { typed } from "./json-typing.js";
import { proposalList } from "./proposal-list.js";

/** Longer texts are not coloured, so that typing stays quick. */
const mostColoured = 60_000;

/** How many columns of text an editor has, about, in a window as wide as this one. */
export function columnsThatFit() {
  return window.innerWidth < 800 ? Math.max(30, Math.floor(window.innerWidth / 9) - 6) : 64;
}

/**
 * An editor: `{element, text, setText, mark, propose, focus, goTo}`.
 * `label` names it; `onInput(text)` hears of changes, `onRun()` of Ctrl-Enter; `propose(place)` gives proposals, and
 * `insert(text, place, proposal)` what one of them changes.
 */
export function codeEditor({ label, text = "", onInput, onRun, propose, insert }) {
  let marks = [], asked = 0, isWriting = false;
  const under = el("pre", { class: "under", "aria-hidden": "true" });
  const area = el("textarea", {
    class: "code", "aria-label": label, "aria-autocomplete": "list", "aria-haspopup": "listbox", "aria-multiline": "true",
    "aria-describedby": "editor-keys", spellcheck: "false", autocapitalize: "off", autocomplete: "off", value: text,
  });
  const list = proposalList(area, accept);
  const box = el("div", { class: "editor-box" }, el("div", { class: "editor-layers" }, under, area));
  const element = el("div", { class: "editor" }, box, list.element);

  function paint() {
    replace(under, coloured(area.value, marks), "\n");
  }

  function write(start, end, before, after = "") {
    area.focus();
    area.setSelectionRange(start, end);
    const whole = before + after;
    isWriting = true;
    // The browser's own command keeps undo; where it is refused, the text changes all the same.
    if (!document.execCommand(whole ? "insertText" : "delete", false, whole)) area.setRangeText(whole, start, end, "end");
    isWriting = false;
    area.setSelectionRange(start + before.length, start + before.length);
    changed();
  }

  function changed() {
    marks = [];
    paint();
    onInput(area.value);
  }

  async function open(isWanted) {
    asked += 1;
    const number = asked, offset = area.selectionStart;
    const place = placeAt(area.value, offset);
    if (place.kind === "none" || (!isWanted && place.typed === "" && place.start === offset)) return list.close();
    if (isWanted) list.wait(caret(offset));
    let found;
    try {
      found = await propose(place);
    } catch (error) {
      if (number === asked) list.say(caret(offset), error.message);
      return undefined;
    }
    if (number !== asked || document.activeElement !== area) return undefined;
    if (found.length) return list.show(found, caret(place.start), place.typed);
    return isWanted ? list.say(caret(offset), "Nothing is known that fits here.") : list.close();
  }

  function accept(proposal) {
    const place = placeAt(area.value, area.selectionStart);
    const change = insert(area.value, place, proposal);
    list.close();
    asked += 1;
    write(change.start, change.end, change.before, change.after);
    if (change.again) open(true);
  }

  // Where the cursor is, in the coordinates of the editor: the layer below has the same text at the same place.
  function caret(offset) {
    const walker = document.createTreeWalker(under, NodeFilter.SHOW_TEXT);
    const mark = el("span", {});
    let left = offset;
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      if (left <= node.length) {
        node.splitText(left).before(mark);
        break;
      }
      left -= node.length;
    }
    const place = mark.getBoundingClientRect(), own = element.getBoundingClientRect();
    paint();
    return { left: place.left - own.left, top: place.bottom - own.top, width: own.width };
  }

  area.addEventListener("input", () => {
    if (isWriting) return;
    changed();
    open(false);
  });
  area.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      list.close();
      onRun();
    } else if (event.key === " " && event.ctrlKey) {
      event.preventDefault();
      open(true);
    } else if (list.take(event)) {
      event.preventDefault();
    } else if (!event.ctrlKey && !event.metaKey && area.selectionStart === area.selectionEnd) {
      const change = typed(area.value, area.selectionStart, event.key);
      if (!change) return;
      event.preventDefault();
      if (change.skip) area.setSelectionRange(area.selectionStart + 1, area.selectionStart + 1);
      else write(area.selectionStart, area.selectionStart, change.before, change.after);
      if (event.key === '"' && !change.skip) open(false);
      else list.close();
    }
  });
  area.addEventListener("blur", () => {
    asked += 1;
    list.close();
  });
  area.addEventListener("pointerdown", () => list.close());
  paint();

  return {
    element,
    get text() { return area.value; },
    /** Takes the place of the whole text; can be undone. */
    setText(next) {
      write(0, area.value.length, next);
      area.setSelectionRange(0, 0);
      box.scrollTop = 0;
    },
    /** As `setText`, but as the beginning: nobody hears of it, and the focus stays where it is. */
    load(next) {
      area.value = next;
      marks = [];
      paint();
    },
    /** Marks places, `[{start, end, isDoubt}]`, until the text changes: as wrong, or as what may be. */
    mark(places) {
      marks = places;
      area.setAttribute("aria-invalid", String(places.some((place) => !place.isDoubt)));
      paint();
    },
    /** Opens the list of proposals. */
    propose() {
      area.focus();
      open(true);
    },
    focus: () => area.focus(),
    /** Puts the cursor at `offset`. */
    goTo(offset) {
      area.focus();
      area.setSelectionRange(offset, offset);
    },
  };
}

function colourOf(token, next) {
  if (token.type === "string") return next?.type === ":" ? "key" : "text";
  return token.type === "word" ? "word" : "punctuation";
}

function coloured(text, marks) {
  const places = marks.map((mark) => ({
    start: mark.start, end: Math.max(mark.end, mark.start + 1), kind: mark.isDoubt ? "doubtful" : "wrong",
  }));
  const markAt = (offset) => places.find((place) => place.start <= offset && offset < place.end)?.kind;
  const edges = places.flatMap((place) => [place.start, place.end]);
  const all = text.length > mostColoured ? [] : tokens(text);
  const parts = [];
  let end = 0;
  const add = (to, kind) => {
    const stops = [...edges.filter((edge) => edge > end && edge < to).sort((left, right) => left - right), to];
    for (const stop of stops) {
      if (stop <= end) continue;
      const part = text.slice(end, stop), kinds = [kind, markAt(end)].filter(Boolean);
      parts.push(kinds.length ? el("span", { class: kinds.join(" ") }, part) : part);
      end = stop;
    }
  };
  all.forEach((token, index) => {
    add(token.start);
    add(token.end, colourOf(token, all[index + 1]));
  });
  add(text.length);
  if (places.some((place) => place.start >= text.length)) parts.push(el("span", { class: "wrong" }, " "));
  return parts;
}
