// The tree of an archive: opened with mouse or keys, read one level at a time.

import { bdi, el, replace } from "../core/dom.js";
import { problemBox } from "../core/notice.js";
import { pageSize, valuePageSize } from "./archive-node.js";
import { isSamePlace, pathOf } from "./archive-request.js";
import { counted, shortText, unitOf } from "./archive-value.js";

/**
 * The tree below `root`, a node that is read. `select(node)` is called when a node is chosen.
 * Gives `{element, reveal(way)}`: `reveal` opens the nodes of a way from the root and marks its last.
 */
export function archiveTree(root, { label, select }) {
  const opened = new Set();
  let marked = root.steps, focused;
  const list = el("ul", { class: "tree", role: "tree", "aria-label": label, onkeydown: (event) => press(event) });

  const render = () => {
    const hadFocus = list.contains(document.activeElement);
    replace(list, root.children.length ? items(root, 1) : el("li", { class: "nothing" }, "The archive is empty."));
    const rows = visible();
    const at = (path) => rows.find((row) => row.dataset.path === path);
    const current = at(focused) ?? at(pathOf(marked)) ?? rows[0];
    if (current) current.tabIndex = 0;
    if (hadFocus) current?.focus({ preventScroll: true });
  };
  const visible = () => [...list.querySelectorAll(".tree-row")];
  const nodeOf = new WeakMap();

  const items = (node, level) => [pagesRow(node, level), node.children.map((child) => item(child, level))];
  const item = (node, level) => {
    const path = pathOf(node.steps);
    const isOpen = opened.has(path) && node.children !== undefined;
    const isMarked = isSamePlace(node.steps, marked);
    const row = el(
      "div", {
        class: "tree-row", role: "treeitem", tabindex: -1, "aria-level": level, "aria-selected": String(isMarked),
        "aria-expanded": node.isOpenable ? String(isOpen) : null, "data-path": path,
        style: { "--level": level - 1 },
        onclick: (event) => {
          focused = path;
          if (event.target.classList.contains("tree-mark")) toggle(node);
          else select(node);
        },
      },
      el("span", { class: "tree-mark", "aria-hidden": "true" }, node.isOpenable ? (isOpen ? "▾" : "▸") : ""),
      bdi(nameText(node), { class: "tree-name" }),
      bdi(valueText(node), { class: "tree-value" }));
    nodeOf.set(row, node);
    return el(
      "li", { role: "none" }, row,
      node.problem ? problemBox(node.problem) : null,
      isOpen ? el("ul", { role: "group" }, items(node, level + 1)) : null);
  };

  // Items of long lists are shown page by page.
  const pagesRow = (node, level) => {
    const size = node.kind === "list" ? pageSize : valuePageSize;
    if (!(node.total > size)) return null;
    const last = Math.ceil(node.total / size) - 1;
    const turn = (page, text, isThere) =>
      el("button", { type: "button", disabled: !isThere, onclick: () => work(node, () => node.load(page)) }, text);
    return el(
      "li", { class: "tree-pages", role: "none", style: { "--level": level - 1 } },
      turn(node.page - 1, "earlier", node.page > 0),
      `${node.page * size}–${Math.min(node.total, (node.page + 1) * size) - 1} of ${node.total}`,
      turn(node.page + 1, "later", node.page < last));
  };

  const work = async (node, task) => {
    node.problem = undefined;
    try {
      await task();
    } catch (error) {
      node.problem = error;
    }
    render();
  };
  const toggle = (node) => {
    const path = pathOf(node.steps);
    if (opened.delete(path)) return render();
    return work(node, async () => {
      await node.load(node.page);
      if (node.isOpenable) opened.add(path);
    });
  };
  const press = (event) => {
    const row = event.target.closest(".tree-row");
    if (!row || event.ctrlKey || event.altKey || event.metaKey) return;
    const rows = visible();
    const place = rows.indexOf(row);
    const node = nodeOf.get(row);
    const isOpen = row.getAttribute("aria-expanded") === "true";
    const go = (target) => {
      if (!target) return;
      row.tabIndex = -1;
      target.tabIndex = 0;
      target.focus();
      focused = target.dataset.path;
    };
    if (event.key === "ArrowDown") go(rows[place + 1]);
    else if (event.key === "ArrowUp") go(rows[place - 1]);
    else if (event.key === "Home") go(rows[0]);
    else if (event.key === "End") go(rows.at(-1));
    else if (event.key === "ArrowRight" && node.isOpenable) {
      focused = row.dataset.path;
      if (isOpen) go(rows[place + 1]);
      else toggle(node);
    } else if (event.key === "ArrowLeft") {
      focused = row.dataset.path;
      if (isOpen) toggle(node);
      else go(rows.find((other) => other.dataset.path === pathOf(node.steps.slice(0, -1))));
    } else if (event.key === "Enter" || event.key === " ") {
      focused = row.dataset.path;
      select(node);
    } else return;
    event.preventDefault();
  };

  render();
  return {
    element: list,
    reveal(way) {
      way.forEach((node) => node.isOpenable && node.children && opened.add(pathOf(node.steps)));
      marked = way.at(-1).steps;
      focused = pathOf(marked);
      render();
      // Only the tree is scrolled, never the page.
      const row = list.querySelector('[aria-selected="true"]');
      if (!row) return;
      const from = row.getBoundingClientRect().top - list.getBoundingClientRect().top;
      if (from < 0 || from > list.clientHeight - row.clientHeight) list.scrollTop += from - list.clientHeight / 2;
    },
  };
}

function nameText(node) {
  const name = String(node.name);
  return name.length > 60 ? `${name.slice(0, 59)}…` : name || "“”";
}

function valueText(node) {
  if (node.title) return node.title.slice(0, 60);
  if (node.kind === "list") return counted(node.total, "item");
  if (node.kind === "section" || node.kind === "unknown") return "";
  const text = shortText(node.total !== undefined && Array.isArray(node.value) && node.total > node.value.length
    ? undefined : node.value) || (node.total !== undefined ? counted(node.total, "item") : "");
  const unit = unitOf(node);
  return text && unit && typeof node.value === "number" ? `${text} ${unit}` : text;
}
