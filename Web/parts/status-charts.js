// The metrics of the server, looked at again and again while the page is open.

import { change, parameters } from "../core/address.js";
import { el, replace } from "../core/dom.js";
import { count, number, size } from "../core/format.js";
import { ask } from "../core/http.js";
import { problemBox } from "../core/notice.js";
import { table } from "../core/table.js";
import { lineChart } from "./line-chart.js";
import { bucketsBetween, figures, quantile, samples } from "./prometheus.js";

const span = 5 * 60_000;
/** The page's own questions, which would else be all that it shows. */
const own = ["/-/metrics", "/api/v1/status"];

/** A number in a second. */
const rate = (value) => `${number(value, 3)}/s`;

/** Time in seconds, as people write it. */
export function duration(seconds) {
  if (seconds === undefined) return "–";
  return seconds < 1 ? `${number(seconds * 1000, 3)} ms` : `${number(seconds, 3)} s`;
}

/** The charts and the table of routes. Gives `{element, look(), follow(interval)}`: `look` reads once. */
export function statusCharts() {
  const looks = [];
  const charts = [
    chart("Requests", "Answered in a second", rate, (before, after, seconds) =>
      (after.requests - before.requests) / seconds),
    chart("Time to answer", "The mean", duration, (before, after) =>
      (after.count > before.count ? (after.sum - before.sum) / (after.count - before.count) : undefined)),
    chart("95 % within", "Of the requests; as exact as the buckets of the metrics", duration, (before, after) =>
      quantile(0.95, bucketsBetween(before.buckets, after.buckets))),
    chart("Faults", "Answers with a status of 500 and above, in a second", rate, (before, after, seconds) =>
      (after.failures - before.failures) / seconds),
    chart("Running", "Requests that are being answered, but for this page's own", count, (_, after) =>
      Math.max(0, after.running - 1)),
    chart("Memory", "Resident memory of the process", (value) => size(Math.round(value)), (_, after) => after.memory),
  ];
  const routes = el("div");
  const problems = el("div", { "aria-live": "polite" });

  function chart(title, help, format, value) {
    return { ...lineChart({ title, help, format, span }), value };
  }

  const look = async () => {
    const { text } = await ask("/-/metrics");
    const time = performance.now();
    looks.push({ time, ...figures(samples(text), own) });
    while (looks.length > 2 && time - looks[0].time > span) looks.shift();
    for (const { update, value } of charts) {
      update(looks.slice(1).map((after, index) => {
        const before = looks[index];
        const seconds = (after.time - before.time) / 1000;
        // A server that was started anew counts from nought.
        return { time: after.time, value: after.uptime < before.uptime ? undefined : value(before, after, seconds) };
      }));
    }
    // Nobody's mouse misses the heading that it is on.
    if (!routes.matches(":hover")) showRoutes();
  };

  const showRoutes = () => {
    const sort = parameters().get("sort") || "-requests";
    const key = sort.replace(/^-/, ""), sign = sort.startsWith("-") ? -1 : 1;
    const rows = looks.at(-1).routes.map((route) => ({
      ...route, mean: route.count ? route.sum / route.count : 0, slowest: quantile(0.95, route.buckets) ?? 0,
    })).sort((left, right) => sign * (left[key] < right[key] ? -1 : left[key] > right[key] ? 1 : 0));
    const held = routes.contains(document.activeElement) ? document.activeElement.textContent : undefined;
    replace(routes, table({
      caption: `Routes that were asked for since the start, ${count(rows.length)}`, rows, sort,
      onSort: (next) => {
        change({ sort: next }, { replacing: true });
        showRoutes();
      },
      columns: [
        { key: "route", label: "Route", sortable: true, cell: (row) => el("code", {}, row.route) },
        { key: "requests", label: "Requests", sortable: true, isNumber: true, cell: (row) => count(row.requests) },
        { key: "failures", label: "Faults", sortable: true, isNumber: true, cell: (row) => (row.failures ? count(row.failures) : "") },
        { key: "mean", label: "Mean", sortable: true, isNumber: true, cell: (row) => duration(row.mean) },
        { key: "slowest", label: "95 % within", sortable: true, isNumber: true, cell: (row) => duration(row.slowest) },
      ],
    }));
    if (held) [...routes.querySelectorAll("button")].find((button) => button.textContent === held)?.focus();
  };

  const element = el(
    "section", { "aria-label": "Metrics" }, problems, el("div", { class: "charts" }, charts.map((item) => item.element)));
  return { element, routes, look, complain: (problem) => replace(problems, problem ? problemBox(problem) : null) };
}
