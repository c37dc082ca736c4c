// Metrics in Prometheus's text format: its samples, and what is made of two looks at them.

/** The samples of `text`: `{name, labels, value}`. */
export function samples(text) {
  return text.split("\n").filter((line) => line && !line.startsWith("#")).map((line) => {
    const [, name, labels, value] = /^([^{ ]+)(?:\{(.*)\})? (.+)$/.exec(line) ?? [];
    return {
      name, value: Number(value),
      labels: Object.fromEntries([...(labels ?? "").matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g)].map(([, key, text]) => [key, text])),
    };
  }).filter((sample) => sample.name);
}

/**
 * What the page shows of one look: `{uptime, memory, running, requests, failures, routes}`. `routes` has
 * `{route, requests, failures, sum, count, buckets}` by route; `buckets` is a list of `[upper bound in seconds, requests]`,
 * each with those before. `leftOut`: routes that do not count, such as those that the page asks itself.
 */
export function figures(all, leftOut = []) {
  const one = (name) => all.find((sample) => sample.name === name)?.value ?? 0;
  const routes = new Map();
  const at = (route) => {
    if (!routes.has(route)) routes.set(route, { route, requests: 0, failures: 0, sum: 0, count: 0, buckets: [] });
    return routes.get(route);
  };
  for (const { name, labels, value } of all) {
    if (!labels.route || leftOut.includes(labels.route)) continue;
    if (name === "rutile_http_requests_total") {
      at(labels.route).requests += value;
      if (Number(labels.status) >= 500) at(labels.route).failures += value;
    }
    if (name === "rutile_http_request_seconds_sum") at(labels.route).sum = value;
    if (name === "rutile_http_request_seconds_count") at(labels.route).count = value;
    if (name === "rutile_http_request_seconds_bucket") {
      at(labels.route).buckets.push([labels.le === "+Inf" ? Infinity : Number(labels.le), value]);
    }
  }
  const list = [...routes.values()];
  return {
    uptime: one("rutile_uptime_seconds"), memory: one("process_resident_memory_bytes"),
    running: one("rutile_http_requests_running"), routes: list,
    requests: list.reduce((sum, route) => sum + route.requests, 0),
    failures: list.reduce((sum, route) => sum + route.failures, 0),
    sum: list.reduce((sum, route) => sum + route.sum, 0),
    count: list.reduce((sum, route) => sum + route.count, 0),
    buckets: added(list.map((route) => route.buckets)),
  };
}

/** The bucket-wise difference of two looks. */
export function bucketsBetween(before, after) {
  const old = new Map(before);
  return after.map(([bound, count]) => [bound, count - (old.get(bound) ?? 0)]);
}

/** The time in seconds within which the share `part` of requests was answered, as far as buckets tell; absent for none. */
export function quantile(part, buckets) {
  const total = buckets.at(-1)?.[1] ?? 0;
  if (!total) return undefined;
  let [lower, before] = [0, 0];
  for (const [bound, count] of buckets) {
    if (count >= part * total) {
      // Beyond the last bound nothing is known but that.
      if (bound === Infinity) return lower;
      return lower + (bound - lower) * ((part * total - before) / Math.max(1, count - before));
    }
    [lower, before] = [bound, count];
  }
  return lower;
}

function added(lists) {
  const sums = new Map();
  for (const [bound, count] of lists.flat()) sums.set(bound, (sums.get(bound) ?? 0) + count);
  return [...sums].sort(([left], [right]) => left - right);
}
