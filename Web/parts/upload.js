// One upload: how it stands, what is said of it, who reads it, and what can be done with it.

import { view } from "../core/address.js";
import { bdi, el, replace } from "../core/dom.js";
import { count, time } from "../core/format.js";
import { keepingFocus } from "../core/focus.js";
import { ask } from "../core/http.js";
import { busy, problemBox } from "../core/notice.js";
import { requestRecipes } from "./commands.js";
import { confirmed } from "./dialogs.js";
import { shownUser, usersByID } from "./people.js";
import { sender } from "./sender.js";
import { accessPanel } from "./upload-access.js";
import { showEntries } from "./upload-entries.js";
import { filesPanel } from "./upload-files.js";
import { messagesPanel } from "./upload-messages.js";
import { textsPanel } from "./upload-texts.js";
import { accessBadge, rights, stateBadge, uploadName } from "./upload-words.js";

/** Shows the upload `id` to `user`, who is absent where nobody is logged in, in `place`. */
export async function showUpload(place, id, user) {
  const path = `api/v1/uploads/${encodeURIComponent(id)}`;
  const groupIDs = user ? await groupsOf(user) : [];
  let upload = (await ask(path)).data.data;

  // Each part is shown anew when what it depends on has changed, and not before: who writes in a field keeps it.
  const [head, messages, about, access, files, addition, end] = Array.from({ length: 7 }, () => el("div"));
  const entries = el("section", { class: "panel" });
  replace(
    place,
    user ? el("p", {}, el("a", { href: "my-data" }, "← All uploads")) : null,
    head,
    el("div", { class: "columns" }, el("div", {}, messages, entries, addition, files), el("div", {}, about, access, end)),
    requestRecipes({
      path, graph: { uploads: { [id]: { m_request: { directive: "plain" }, entries: { "*": "*" } } } }, token: Boolean(user),
    }));

  /** Takes over what the server says of the upload now. */
  const change = (next) => {
    const old = upload;
    upload = next;
    keepingFocus(place, () => {
      showState();
      if (JSON.stringify(rights(old, user, groupIDs)) !== JSON.stringify(rights(next, user, groupIDs))) showOffers();
    });
    if (old.process_running && !next.process_running) showContents();
    if (next.process_running) wait();
  };
  const edit = async (metadata) => {
    const edited = (await ask(`${path}/edit`, { body: { metadata } })).data.data;
    change(edited);
    return edited;
  };

  const showState = () => {
    replace(
      head,
      el(
        "div", { class: "title" }, el("h2", {}, uploadName(upload)),
        el("div", { class: "badges" }, stateBadge(upload), accessBadge(upload))));
    replace(messages, messagesPanel(upload));
    showFacts();
  };
  const may = () => rights(upload, user, groupIDs);
  const showFacts = async () => {
    const author = (await usersByID([upload.main_author])).get(upload.main_author);
    replace(facts, [
      fact("Main author", shownUser(author, upload.main_author)),
      fact("Sent", time(upload.upload_create_time)),
      upload.published ? fact("Published", time(upload.publish_time)) : null,
      fact("Entries", count(upload.entries)),
      fact("Licence", upload.license),
      fact("Id", el("code", {}, upload.upload_id)),
    ]);
  };
  const facts = el("dl", { class: "facts" });
  const showOffers = () => {
    replace(about, textsPanel(upload, facts, may(), edit));
    replace(access, accessPanel(upload, may(), { path, edit, change }));
    replace(addition, may().addFiles ? addFiles(path, change) : null);
    replace(end, may().delete ? deletion(path, () => upload) : null);
  };
  const showContents = () => {
    showEntries(entries, path, upload, may().edit ? edit : undefined);
    replace(files, filesPanel(upload));
  };

  let isWaiting = false;
  const wait = () => {
    if (isWaiting) return;
    isWaiting = true;
    setTimeout(async () => {
      isWaiting = false;
      if (!place.isConnected) return;
      try {
        change((await ask(path)).data.data);
      } catch (problem) {
        replace(messages, problemBox(problem));
      }
    }, 700);
  };

  replace(entries, busy());
  showState();
  showOffers();
  showContents();
  if (upload.process_running) wait();
}

async function groupsOf(user) {
  const query = new URLSearchParams({ user_id: user.user_id, page_size: 1000 });
  return (await ask(`api/v1/groups?${query}`)).data.data.map((group) => group.group_id);
}

function fact(name, value) {
  return value ? [el("dt", {}, name), el("dd", {}, value)] : null;
}

function addFiles(path, change) {
  const folder = el("input", { placeholder: "That of the upload itself" });
  return el(
    "section", { class: "panel" },
    el("h3", {}, "Add files"),
    sender({
      action: "Add", method: "PUT",
      fields: [el("label", {}, "Into the folder", folder)],
      address: (query) => {
        const into = folder.value.trim().replace(/^\/+|\/+$/g, "");
        return `${path}/raw${into ? `/${encodeURIComponent(into)}` : ""}?${new URLSearchParams(query)}`;
      },
      onSent: (answer) => change(answer.data),
    }),
    el("p", { class: "quiet" }, "A file takes the place of one with the same name; all others stay."));
}

function deletion(path, current) {
  const open = () => {
    const upload = current();
    const typed = el("input", { required: true, autocomplete: "off" });
    return confirmed({
      title: "Delete this upload?", action: "Delete", dangerous: true,
      content: [
        el("p", {}, "“", bdi(uploadName(upload)), 
          `” with its ${count(upload.entries)} ${upload.entries === 1 ? "entry" : "entries"} and all of its files. `,
          "This cannot be taken back."),
        upload.published ? el("p", {}, "It is published: others may refer to it.") : null,
        el("label", {}, "Write delete to go on", typed),
      ],
      perform: async () => {
        if (typed.value.trim().toLowerCase() !== "delete") throw new Error("Write the word delete into the field.");
        await ask(path, { method: "DELETE" });
        location.assign(view("my-data"));
      },
    });
  };
  return el(
    "section", { class: "panel" },
    el("h3", {}, "Delete"),
    el("p", { class: "quiet" }, "With all entries and files."),
    el("button", { type: "button", class: "dangerous", onclick: open }, "Delete this upload…"));
}
