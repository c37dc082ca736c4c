// My data: what somebody who has logged in can do with uploads, datasets, groups and tokens. An upload that is public is
// shown to everybody.

import { onWayBack, parameters, view } from "../core/address.js";
import { el, replace } from "../core/dom.js";
import { keepingFocus } from "../core/focus.js";
import { busy, problemBox } from "../core/notice.js";
import { hasExpired, onSessionChange } from "../core/session-token.js";
import { currentUser, expiry, login } from "../core/session.js";
import { useStyle } from "../core/style.js";

/** The views, in the order of their tabs: what the address calls them, and what shows them. */
const views = [
  { name: "uploads", title: "Uploads", load: async () => (await import("../parts/uploads.js")).showUploads },
  { name: "datasets", title: "Datasets", load: async () => (await import("../parts/datasets.js")).showDatasets },
  { name: "groups", title: "Groups", load: async () => (await import("../parts/groups.js")).showGroups },
  { name: "token", title: "Tokens", load: async () => (await import("../parts/tokens.js")).showTokens },
];

/** Views of one thing, which the address names by an id, and the tab that they belong to. */
const single = {
  upload: { tab: "uploads", load: async () => (await import("../parts/upload.js")).showUpload },
  dataset: { tab: "datasets", load: async () => (await import("../parts/dataset.js")).showDataset },
  group: { tab: "groups", load: async () => (await import("../parts/group.js")).showGroup },
};

/** Shows the page in `main`. */
export async function show(main) {
  await useStyle("my-data");
  let number = 0;
  // Whose data are shown, and what is said above them when the login of that user has ended: what has been typed and
  // chosen stays until somebody logs in, and after that, where it is the same user.
  let owner;
  const ended = el(
    "div", { class: "problem", role: "alert" }, el("p", {}, expiry, " What you see stays here; log in to go on."),
    el("div", { class: "buttons" }, loginButton()));
  const onSession = async () => {
    if (owner && hasExpired()) return main.prepend(ended);
    const user = ended.isConnected ? await currentUser().catch(() => undefined) : undefined;
    if (!user || user.user_id !== owner) return update();
    return ended.remove();
  };
  const update = async () => {
    const mine = (number += 1);
    const place = el("div", {}, busy());
    owner = undefined;
    let user;
    try {
      user = await currentUser();
    } catch (problem) {
      if (mine === number) replace(main, problemBox(problem));
      return;
    }
    if (mine !== number) return;
    const query = parameters();
    if (!user && !query.get("upload")) return replace(main, el("h1", {}, "My data"), gate());
    owner = user?.user_id;
    const kind = Object.keys(single).find((name) => query.get(name));
    const tab = views.find((item) => item.name === (kind ? single[kind].tab : query.get("view"))) ?? views[0];
    const head = user ? [el("h1", {}, "My data"), tabs(tab)] : el("h1", {}, "Upload");
    keepingFocus(main, () => replace(main, head, place));
    try {
      if (kind) await (await single[kind].load())(place, query.get(kind), user);
      else await (await tab.load())(place, user);
    } catch (problem) {
      replace(place, problemBox(problem), user ? null : gate());
    }
  };
  onSessionChange(onSession);
  onWayBack(update);
  await update();
}

function tabs(current) {
  return el(
    "nav", { class: "tabs", "aria-label": "My data" },
    views.map((item) =>
      el(
        "a", {
          href: view("my-data", { view: item === views[0] ? null : item.name }),
          "aria-current": item === current ? "page" : null,
        },
        item.title)));
}

function loginButton() {
  return el("button", { type: "button", class: "primary", onclick: () => login() }, "Log in");
}

function gate() {
  return el(
    "section", { class: "panel" },
    el("p", {}, hasExpired() ? `${expiry} ` : null, "Your uploads, datasets, groups and tokens are here, once you have logged in."),
    el("div", { class: "buttons" }, loginButton()),
    el("p", { class: "quiet" }, "Accounts are made by whoever runs this server. To read what is public, none is needed: ",
      el("a", { href: "explore" }, "Explore"), "."));
}
