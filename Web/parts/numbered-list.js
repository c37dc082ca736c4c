// Lists of one's data that come in numbered pages, in an order that one chooses.

import { parameters, view } from "../core/address.js";
import { count } from "../core/format.js";
import { nothing } from "../core/notice.js";
import { table } from "../core/table.js";
import { pager } from "./pager.js";

const pageSize = 20;

/**
 * What the address says of such a list: `{sort, page, pagination}`. `sort` is `key` or `-key`, `usual` where the address
 * has none; `pagination` says the same as the server takes it.
 */
export function listState(usual) {
  const state = parameters();
  const sort = state.get("sort") || usual;
  const page = Math.max(1, Number.parseInt(state.get("page"), 10) || 1);
  const pagination = {
    page_size: pageSize, page, order_by: sort.replace(/^-/, ""), order: sort.startsWith("-") ? "desc" : "asc",
  };
  return { sort, page, pagination };
}

/**
 * The table of a page: `answer` is `{data, pagination}`, `nouns` what one and what many of its rows are called, `values`
 * the parameters of the view, `state` those of `listState`.
 */
export function listTable({ data, pagination }, { nouns, columns, values, state }) {
  return table({
    caption: `${count(pagination.total)} ${nouns[pagination.total === 1 ? 0 : 1]}`, rows: data, columns, sort: state.sort,
    onSort: (next) => location.assign(view("my-data", { ...values, sort: next })),
  });
}

/** That table, or the text `empty` where there are no rows, and the way to the other pages. */
export function listPage(answer, list) {
  return [
    answer.data.length ? listTable(answer, list) : nothing(list.empty),
    pager(answer.pagination, list.state.page, "my-data", list.values),
  ];
}
