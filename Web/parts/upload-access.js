// Who can read an upload, and who can edit it: publication, embargo, members.

import { bdi, el, replace } from "../core/dom.js";
import { time } from "../core/format.js";
import { ask } from "../core/http.js";
import { problemBox } from "../core/notice.js";
import { confirmed } from "./dialogs.js";
import { embargoField } from "./embargo-field.js";
import { groupsByID, shownUser, userField, userName, usersByID } from "./people.js";
import { embargoEnd } from "./upload-words.js";

/** The lists of members: what the upload calls them, what they are called here, whether they are groups. */
const lists = [
  { key: "coauthors", role: "may edit" },
  { key: "coauthor_groups", role: "may edit", areGroups: true },
  { key: "reviewers", role: "may read" },
  { key: "reviewer_groups", role: "may read", areGroups: true },
];

/** The panel. `may`: what the user may do; `edit(metadata)` edits and gives the upload; `change` takes one over. */
export function accessPanel(upload, may, { path, edit, change }) {
  const state = el("div");
  const members = el("div");
  const problems = el("div");
  // Whether it went well: what was typed stays where it did not.
  const act = async (metadata) => {
    try {
      upload = await edit(metadata);
      replace(problems);
      await showMembers();
      return true;
    } catch (problem) {
      replace(problems, problemBox(problem));
      return false;
    }
  };
  const showMembers = async () => {
    const [users, groups] = await Promise.all([
      usersByID([...upload.coauthors, ...upload.reviewers]),
      groupsByID([...upload.coauthor_groups, ...upload.reviewer_groups]),
    ]);
    const items = lists.flatMap((list) => upload[list.key].map((id) => {
      const group = groups.get(id)?.group_name ?? id;
      const [name, shown] = !list.areGroups ? [userName(users.get(id), id), shownUser(users.get(id), id)]
        : id === "all" ? ["Everybody", "Everybody"] : [`Group ${group}`, ["Group ", bdi(group)]];
      return el(
        "li", {}, el("span", { class: "name" }, shown), el("span", { class: "quiet" }, list.role),
        may.share
          ? el("button", {
            type: "button", class: "small", "aria-label": `Remove ${name}`,
            onclick: () => act({ [list.key]: { remove: id } }),
          }, "Remove")
          : null);
    }));
    const isPublic = upload.published && !upload.with_embargo;
    const nobody = isPublic ? null : el("p", { class: "quiet" }, "Shared with nobody.");
    replace(members, items.length ? el("ul", { class: "members" }, items) : nobody);
  };
  const showState = () => {
    replace(state, el("p", {}, reading(upload)), el("div", { class: "buttons" }, [
      may.publish
        ? el("button", { type: "button", class: "primary", onclick: () => publish(upload, path, change) }, "Publish…")
        : null,
      may.liftEmbargo
        ? el("button", { type: "button", onclick: () => lift(upload, path, change) }, "Lift the embargo…")
        : null,
    ]));
  };
  showState();
  showMembers().catch((problem) => replace(members, problemBox(problem)));
  return el(
    "section", { class: "panel" },
    el("h3", {}, "Readers and editors"), state, members, problems,
    may.share ? [addPerson(act), addGroup(act), everybody(upload, act)] : null,
    may.administer ? administration(upload, act) : null);
}

function reading(upload) {
  if (!upload.published) return "Not published: only its main author and those named here can read it.";
  return upload.with_embargo
    ? ["Published, under an embargo to ", time(embargoEnd(upload).toISOString()),
      ". Until it is lifted only its main author and those named here can read it."]
    : "Published: everybody can read it.";
}

function roleField() {
  return el(
    "select", { "aria-label": "Role" },
    el("option", { value: "reviewer" }, "may read"), el("option", { value: "coauthor" }, "may edit"));
}

function addPerson(act) {
  const person = userField("Share with a user");
  const role = roleField();
  person.input.required = true;
  return el(
    "form", { class: "share", onsubmit: async (event) => {
      event.preventDefault();
      if (await act({ [`${role.value}s`]: { add: person.input.value.trim() } })) person.input.value = "";
    } },
    person.label, role, el("button", { "aria-label": "Share with the user" }, "Add"));
}

function addGroup(act) {
  const group = el("select", { required: true });
  const role = roleField();
  ask(`api/v1/groups?${new URLSearchParams({ page_size: 1000, order_by: "group_name" })}`).then(
    ({ data }) => replace(
      group, el("option", { value: "" }, data.data.length ? "Choose…" : "None yet"),
      data.data.map((item) => el("option", { value: item.group_id }, item.group_name))),
    // Without the list nothing can be chosen, and the rest of the panel works.
    () => replace(group, el("option", { value: "" }, "The groups cannot be read")));
  return el(
    "form", { class: "share", onsubmit: async (event) => {
      event.preventDefault();
      if (await act({ [`${role.value}_groups`]: { add: group.value } })) group.value = "";
    } },
    el("label", {}, "Share with a group", group), role, el("button", { "aria-label": "Share with the group" }, "Add"));
}

function everybody(upload, act) {
  if (upload.published && !upload.with_embargo) return null;
  const box = el("input", {
    type: "checkbox", checked: upload.reviewer_groups.includes("all"),
    onchange: () => act({ reviewer_groups: { [box.checked ? "add" : "remove"]: "all" } }),
  });
  return el("label", { class: "check" }, box, "Everybody may read it already, without a login");
}

function publish(upload, path, change) {
  const embargo = embargoField(upload.embargo_length);
  return confirmed({
    title: "Publish this upload?", action: "Publish",
    content: [
      el("p", {}, "Everybody can read it from now on, or, with an embargo, when this is lifted. This cannot be taken back: ",
        "files and entries stay as they are, and it can be deleted by an administrator only."),
      embargo.label,
    ],
    perform: async () => {
      const query = new URLSearchParams({ embargo_length: embargo.input.value });
      change((await ask(`${path}/action/publish?${query}`, { method: "POST" })).data.data);
    },
  });
}

function lift(upload, path, change) {
  return confirmed({
    title: "Lift the embargo?", action: "Lift the embargo",
    content: el("p", {}, "Everybody can read the upload from now on. This cannot be taken back."),
    perform: async () => change((await ask(`${path}/action/lift-embargo`, { method: "POST" })).data.data),
  });
}

function administration(upload, act) {
  const author = userField("Main author");
  author.input.required = true;
  const embargo = embargoField(upload.embargo_length);
  return el(
    "details", {},
    el("summary", {}, "As an administrator"),
    el(
      "form", { class: "share", onsubmit: (event) => {
        event.preventDefault();
        act({ main_author: author.input.value.trim() });
      } },
      author.label, el("button", {}, "Give to")),
    el(
      "form", { class: "share", onsubmit: (event) => {
        event.preventDefault();
        act({ embargo_length: Number(embargo.input.value) });
      } },
      embargo.label, el("button", {}, "Set")));
}
