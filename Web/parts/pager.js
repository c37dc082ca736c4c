// The pages of a list whose answer says how many items there are.

import { view } from "../core/address.js";
import { el } from "../core/dom.js";
import { count } from "../core/format.js";

/**
 * "1–20 of 53", with links to the pages before and after. `pagination` is what the answer says of it, `page` the number
 * that was asked for; `page`, `name` and `values` make the addresses. Absent where there is one page.
 */
export function pager(pagination, number, page, values, name = "page") {
  const first = (number - 1) * pagination.page_size + 1;
  const last = Math.min(number * pagination.page_size, pagination.total);
  if (pagination.total <= pagination.page_size) return null;
  const link = (text, to) =>
    el("a", { class: "button", href: view(page, { ...values, [name]: to > 1 ? to : null }) }, text);
  return el(
    "nav", { class: "pager", "aria-label": "Pages of the list" },
    number > 1 ? link("Previous", number - 1) : null,
    el("span", { class: "quiet" }, `${count(first)}–${count(last)} of ${count(pagination.total)}`),
    last < pagination.total ? link("Next", number + 1) : null);
}
