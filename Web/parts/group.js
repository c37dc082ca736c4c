// One group: its name, and who is in it.

import { view } from "../core/address.js";
import { bdi, el, replace } from "../core/dom.js";
import { ask } from "../core/http.js";
import { problemBox } from "../core/notice.js";
import { requestRecipes } from "./commands.js";
import { confirmed } from "./dialogs.js";
import { shownUser, userField, userName, userNamed, usersByID } from "./people.js";
import { saveLine } from "./save-line.js";

/** Shows the group `id` to `user` in `place`. */
export async function showGroup(place, id, user) {
  const path = `api/v1/groups/${encodeURIComponent(id)}`;
  let group = (await ask(path)).data;
  const role = group.members_info.find((member) => member.user_id === user.user_id)?.role;
  const mayEdit = user.is_admin || role === "owner" || role === "maintainer";
  const mayDelete = user.is_admin || role === "owner";
  const title = el("h2", {}, group.group_name);
  const members = el("div");
  const problems = el("div", { "aria-live": "polite" });
  const edit = async (body) => {
    group = (await ask(`${path}/edit`, { body })).data;
    replace(title, group.group_name);
  };
  const setMembers = async (list) => {
    try {
      await edit({ members_info: list });
      replace(problems);
    } catch (problem) {
      replace(problems, problemBox(problem));
    }
    await showMembers();
  };
  const showMembers = async () => {
    const people = await usersByID(group.members);
    replace(members, el("ul", { class: "members" }, group.members_info.map((member) => {
      const name = userName(people.get(member.user_id), member.user_id);
      const others = group.members_info.filter((other) => other !== member);
      const isFixed = !mayEdit || member.role === "owner";
      return el(
        "li", {}, el("span", { class: "name" }, shownUser(people.get(member.user_id), member.user_id)),
        isFixed
          ? el("span", { class: "quiet" }, member.role)
          : [
            el(
              "select", {
                "aria-label": `Role of ${name}`,
                onchange: (event) => setMembers([...others, { ...member, role: event.target.value }]),
              },
              ["member", "maintainer"].map((value) => el("option", { value, selected: value === member.role }, value))),
            el("button", {
              type: "button", class: "small", "aria-label": `Take ${name} out`, onclick: () => setMembers(others),
            }, "Take out"),
          ]);
    })));
  };
  replace(
    place,
    el("p", {}, el("a", { href: view("my-data", { view: "groups" }) }, "← All groups")),
    title,
    group.description ? el("p", { class: "description" }, group.description) : null,
    el(
      "section", { class: "panel" }, el("h3", {}, "Members"), members, problems,
      mayEdit ? newMember(() => group.members_info, setMembers, problems) : null),
    mayEdit ? texts(group, edit) : null,
    mayDelete ? deletion(path, group) : null,
    requestRecipes({ path, graph: { groups: { [id]: "*" } } }));
  await showMembers();
}

function newMember(current, setMembers, problems) {
  const person = userField("Username");
  person.input.required = true;
  const role = el(
    "select", { "aria-label": "Role" }, el("option", { value: "member" }, "member"),
    el("option", { value: "maintainer" }, "maintainer: edits the group, too"));
  return el(
    "form", { class: "share", onsubmit: async (event) => {
      event.preventDefault();
      const name = person.input.value.trim();
      try {
        const user = await userNamed(name);
        if (!user) throw new Error(`There is no user “${name}”.`);
        const others = current().filter((member) => member.user_id !== user.user_id);
        await setMembers([...others, { user_id: user.user_id, role: role.value }]);
        person.input.value = "";
      } catch (problem) {
        replace(problems, problemBox(problem));
      }
    } },
    person.label, role, el("button", {}, "Add"));
}

function texts(group, edit) {
  const name = el("input", { value: group.group_name, required: true, maxlength: 1024 });
  const description = el("textarea", { value: group.description ?? "", rows: 3 });
  const line = saveLine("Save");
  return el(
    "details", { class: "panel" },
    el("summary", {}, "Edit name and description"),
    el(
      "form", { class: "stack", onsubmit: (event) => {
        event.preventDefault();
        line.during(() => edit({ group_name: name.value, description: description.value }));
      } },
      el("label", {}, "Name", name), el("label", {}, "Description", description), line.element));
}

function deletion(path, group) {
  const open = () => confirmed({
    title: "Delete this group?", action: "Delete", dangerous: true,
    content: el(
      "p", {}, "“", bdi(group.group_name), "” goes, and all uploads that it was let into forget it. ",
      "This cannot be taken back."),
    perform: async () => {
      await ask(path, { method: "DELETE" });
      location.assign(view("my-data", { view: "groups" }));
    },
  });
  return el(
    "section", { class: "panel" }, el("h3", {}, "Delete"),
    el("button", { type: "button", class: "dangerous", onclick: open }, "Delete this group…"));
}
