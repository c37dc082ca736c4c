// Groups: the list, and where new ones are made.

import { parameters, view } from "../core/address.js";
import { el, replace } from "../core/dom.js";
import { count } from "../core/format.js";
import { ask } from "../core/http.js";
import { busy, problemBox } from "../core/notice.js";
import { requestRecipes } from "./commands.js";
import { listPage, listState } from "./numbered-list.js";
import { shownUser, usersByID } from "./people.js";
import { saveLine } from "./save-line.js";

/** Shows the groups that the address asks for in `place`: those of `user`, or all of them. */
export async function showGroups(place, user) {
  const state = parameters();
  const isAll = state.get("show") === "all";
  const list = listState("group_name");
  const values = { view: "groups", show: isAll ? "all" : null, sort: state.get("sort") };
  const wanted = isAll ? {} : { user_id: user.user_id };
  const query = new URLSearchParams({ ...list.pagination, ...wanted });
  const graph = { groups: { m_request: { query: wanted, pagination: list.pagination }, "*": "*" } };
  const path = `api/v1/groups?${query}`;
  const choice = el(
    "select", { onchange: (event) => location.assign(view("my-data", { ...values, show: event.target.value || null })) },
    el("option", { value: "", selected: !isAll }, "Those I am in"),
    el("option", { value: "all", selected: isAll }, "All of them"));
  const body = el("div", {}, busy());
  replace(
    place, el("div", { class: "title" }, el("h2", {}, "Groups"), el("label", { class: "inline" }, "Show", choice)),
    body, form());
  try {
    const { data } = await ask(path);
    const people = await usersByID(data.data.map((group) => group.owner).filter(Boolean));
    const columns = [
      {
        key: "group_name", label: "Name", sortable: true,
        cell: (group) => el("a", { href: view("my-data", { group: group.group_id }) }, group.group_name),
      },
      { key: "owner", label: "Owner", sortable: true, cell: (group) => shownUser(people.get(group.owner), group.owner) },
      { key: "members", label: "Members", cell: (group) => count(group.members.length) },
      {
        key: "role", label: "I am",
        cell: (group) => group.members_info.find((member) => member.user_id === user.user_id)?.role ?? "",
      },
    ];
    replace(
      body,
      listPage(data, {
        nouns: ["group", "groups"], columns, values, state: list,
        empty: isAll ? "There are no groups yet." : "You are in no group yet. Make one below.",
      }),
      requestRecipes({ path, graph }));
  } catch (problem) {
    replace(body, problemBox(problem));
  }
}

function form() {
  const name = el("input", { required: true, maxlength: 1024 });
  const description = el("input", {});
  const line = saveLine("Make");
  return el(
    "section", { class: "panel" },
    el("h3", {}, "Make a group"),
    el("p", { class: "quiet" }, "Uploads are shared with all of its members at once."),
    el(
      "form", { onsubmit: (event) => {
        event.preventDefault();
        line.during(async () => {
          const body = { group_name: name.value, ...(description.value ? { description: description.value } : {}) };
          const { data } = await ask("api/v1/groups", { body });
          location.assign(view("my-data", { group: data.group_id }));
        });
      } },
      el("div", { class: "fields" }, el("label", {}, "Name of the group", name), el("label", {}, "Description", description)),
      line.element));
}
