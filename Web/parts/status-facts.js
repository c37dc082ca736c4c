// What the server tells administrators of itself: room, indexes, jobs, slow requests.

import { view } from "../core/address.js";
import { el } from "../core/dom.js";
import { count, size, time } from "../core/format.js";
import { nothing } from "../core/notice.js";
import { table } from "../core/table.js";
import { duration } from "./status-charts.js";

/** All of it, from the answer of `/api/v1/status`. */
export function statusFacts(status) {
  return [
    el(
      "div", { class: "facts-row" },
      panel("Server", [
        ["Version", status.version], ["Started", time(status.started)], ["Running for", span(status.uptime_seconds)],
        ["Memory", size(status.memory_bytes)],
      ]),
      panel("Room", [
        ["Raw files", filesOf(status.disk.files - status.disk.archive_files, status.disk.uploads_bytes - status.disk.archives_bytes)],
        ["Archives", filesOf(status.disk.archive_files, status.disk.archives_bytes)],
        ["Records", size(status.disk.records_bytes)],
        ["Incoming", size(status.disk.incoming_bytes)],
        ["Free", status.disk.free_bytes === null ? "not known" : size(status.disk.free_bytes)],
        ["Measured", time(status.disk.measured)],
      ]),
      panel("Indexes", status.indexes.map((index) => [index.name, indexSize(index)])),
      jobs(status.jobs)),
    el("h2", {}, "Slow requests"),
    status.slow_requests.length
      ? table({ caption: "The last ones that took half a second or longer", rows: status.slow_requests, columns: slowColumns })
      : nothing("No request has taken half a second or longer."),
  ];
}

const slowColumns = [
  { key: "time", label: "When", cell: (request) => time(request.time) },
  { key: "method", label: "Method" },
  { key: "path", label: "Path", cell: (request) => el("code", {}, request.path) },
  { key: "status", label: "Status" },
  { key: "milliseconds", label: "Took", cell: (request) => duration(request.milliseconds / 1000) },
];

function panel(title, facts) {
  return el(
    "section", { class: "panel" }, el("h2", {}, title),
    el("dl", { class: "facts" }, facts.map(([name, value]) => [el("dt", {}, name), el("dd", {}, value)])));
}

function filesOf(number, bytes) {
  return `${size(bytes)} in ${count(number)} ${number === 1 ? "file" : "files"}`;
}

function indexSize({ entries, segments, memory_bytes: memory }) {
  const parts = `${count(segments)} ${segments === 1 ? "segment" : "segments"}`;
  return [
    `${count(entries)} ${entries === 1 ? "entry" : "entries"}`, el("br"), memory === null ? parts : `${size(memory)} in ${parts}`,
  ];
}

function jobs({ running, waiting }) {
  const link = (id, said) => el("li", {}, el("a", { href: view("my-data", { upload: id }) }, id), ` ${said}`);
  return el(
    "section", { class: "panel" }, el("h2", {}, "Uploads at work"),
    running.length + waiting.length
      ? el("ul", { class: "jobs" }, running.map((id) => link(id, "is being processed")), waiting.map((id) => link(id, "waits")))
      : nothing("None is processed, none waits."));
}

/** `3 days 4 h`, `12 min`, `40 s` */
function span(seconds) {
  const [days, hours, minutes] = [Math.floor(seconds / 86_400), Math.floor(seconds / 3600) % 24, Math.floor(seconds / 60) % 60];
  if (days) return `${days} ${days === 1 ? "day" : "days"} ${hours} h`;
  if (hours) return `${hours} h ${minutes} min`;
  return minutes ? `${minutes} min` : `${Math.floor(seconds)} s`;
}
