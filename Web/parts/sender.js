// The place where files are dropped or chosen, looked through, and sent.

import { el, replace } from "../core/dom.js";
import { count, size } from "../core/format.js";
import { problemBox } from "../core/notice.js";
import { filesOfDrop, filesOfField } from "./dropped-files.js";
import { send } from "./sending.js";
import { tar } from "./tar.js";

// A browser opens files that are dropped beside the place for them, and leaves the page with all that was chosen.
for (const type of ["dragover", "drop"]) {
  addEventListener(type, (event) => {
    if (event.defaultPrevented || !event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    event.dataTransfer.dropEffect = "none";
  });
}

/** Files that are listed by name; of more, it is said how many. */
const mostListed = 12;

/**
 * The place. `action`: what its button says; `fields`: what is asked for besides the files; `method`, `address(query)`:
 * where they go, `query` being what the request says of the body; `onSent(answer)` is called after that.
 */
export function sender({ action, fields = [], method, address, onSent }) {
  let chosen = new Map();
  let stop;
  const place = el("div", { class: "sender" });
  const list = el("div");
  const report = el("div", { "aria-live": "polite" });
  const files = field("Files to send", { multiple: true });
  const folder = field("Folder to send", { webkitdirectory: true });
  const zone = el(
    "div", {
      class: "drop",
      ondragover: (event) => { event.preventDefault(); zone.classList.add("over"); },
      ondragleave: () => zone.classList.remove("over"),
      ondrop: async (event) => {
        event.preventDefault();
        zone.classList.remove("over");
        try {
          add(await filesOfDrop(event.dataTransfer));
        } catch (problem) {
          // A file can be gone, or be closed to the browser.
          replace(report, problemBox(problem));
        }
      },
    },
    el("p", {}, "Drop files, folders, or zip and tar archives here, or"),
    el("div", { class: "buttons" }, chooser("Choose files…", files), chooser("Choose a folder…", folder)),
    files, folder);

  function field(name, properties) {
    return el("input", { type: "file", hidden: true, "aria-label": name, ...properties, onchange: (event) => {
      add(filesOfField(event.target));
      event.target.value = "";
    } });
  }

  function add(found) {
    // What is chosen twice is sent once.
    for (const item of found) chosen.set(item.path, item.file);
    replace(report);
    showFiles();
    list.querySelector(".primary")?.focus();
  }

  function showFiles() {
    if (!chosen.size) return replace(list);
    const items = [...chosen].slice(0, mostListed).map(([path, file]) =>
      el(
        "li", {}, el("span", { class: "path" }, path), el("span", { class: "quiet" }, size(file.size)),
        el("button", { type: "button", class: "small", "aria-label": `Leave out ${path}`, onclick: () => {
          chosen.delete(path);
          showFiles();
          focusFirst(list);
        } }, "Leave out")));
    const total = [...chosen.values()].reduce((sum, file) => sum + file.size, 0);
    const what = `${count(chosen.size)} ${chosen.size === 1 ? "file" : "files"}, ${size(total)}`;
    replace(
      list,
      el("ul", { class: "files" }, items,
        chosen.size > mostListed ? el("li", { class: "quiet" }, `and ${count(chosen.size - mostListed)} more`) : null),
      fields.length ? el("div", { class: "fields" }, fields) : null,
      el(
        "div", { class: "buttons" },
        el("button", { type: "button", class: "primary", onclick: sendFiles }, `${action} (${what})`),
        el("button", { type: "button", onclick: () => {
          chosen = new Map();
          showFiles();
          focusFirst(zone);
        } }, "Clear")));
  }

  // What had the focus is gone: it is in `part` now, or where files are chosen.
  function focusFirst(part) {
    (part.querySelector("button") ?? zone.querySelector("button")).focus();
  }

  async function sendFiles() {
    const abort = new AbortController();
    stop = () => abort.abort();
    const bar = el("progress", { max: 1, value: 0, "aria-label": "Progress" });
    const said = el("span", { class: "quiet" }, "Sending…");
    replace(list);
    replace(report, el("div", { class: "sending" }, bar, said, el("button", { type: "button", onclick: stop }, "Stop")));
    zone.hidden = true;
    focusFirst(report);
    const start = performance.now();
    try {
      const { body, query } = bodyOf(chosen);
      const answer = await send(address(query), {
        method, body, signal: abort.signal,
        onProgress: (sent, total) => {
          bar.value = total ? sent / total : 0;
          const speed = sent / Math.max(0.001, (performance.now() - start) / 1000);
          said.textContent = sent < total
            ? `${size(sent)} of ${size(total)}, ${size(Math.round(speed))}/s`
            : `${size(total)} are sent; the server takes them over…`;
        },
      });
      chosen = new Map();
      replace(report);
      onSent(answer);
    } catch (problem) {
      replace(report, problem.name === "AbortError" ? el("p", {}, "Stopped; nothing was sent.") : problemBox(problem));
      showFiles();
    } finally {
      zone.hidden = false;
      if (document.activeElement === document.body) focusFirst(list);
    }
  }

  replace(place, zone, list, report);
  return place;
}

function chooser(text, input) {
  return el("button", { type: "button", onclick: () => input.click() }, text);
}

// One file is the body itself. Names of files in a form have no folders, browsers write quotation marks in them otherwise,
// and backslashes are read as those of a path: files with such names travel in one tar file.
function bodyOf(chosen) {
  const isPlain = ([path]) => !/[/"\\]/.test(path) || chosen.size === 1 && !path.includes("/");
  const flat = [...chosen].filter(isPlain);
  const others = [...chosen].filter((item) => !isPlain(item));
  if (others.length) {
    let name = `${others[0][0].split("/")[0].replaceAll(/["\\]/g, "").slice(0, 60)}.tar`;
    while (chosen.has(name)) name = `_${name}`;
    flat.push([name, tar(others.map(([path, file]) => ({ path, file })))]);
  }
  if (flat.length === 1) return { body: flat[0][1], query: { file_name: flat[0][0] } };
  const form = new FormData();
  for (const [path, file] of flat) form.append("file", file, path);
  return { body: form, query: {} };
}
