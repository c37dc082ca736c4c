// My data: what somebody who has logged in can do with uploads, datasets, groups and tokens.

import { onWayBack, parameters, view } from "../core/address.js";
import { el, replace } from "../core/dom.js";
import { busy, problemBox } from "../core/notice.js";
import { onSessionChange } from "../core/session-token.js";
import { currentUser, login } from "../core/session.js";
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
  const update = async () => {
    const mine = (number += 1);
    const place = el("div", {}, busy());
    let user;
    try {
      user = await currentUser();
    } catch (problem) {
      if (mine === number) replace(main, problemBox(problem));
      return;
    }
    if (mine !== number) return;
    if (!user) return replace(main, el("h1", {}, "My data"), gate());
    const query = parameters();
    const kind = Object.keys(single).find((name) => query.get(name));
    const tab = views.find((item) => item.name === (kind ? single[kind].tab : query.get("view"))) ?? views[0];
    replace(main, el("h1", {}, "My data"), tabs(tab), place);
    try {
      if (kind) await (await single[kind].load())(place, query.get(kind), user);
      else await (await tab.load())(place, user);
    } catch (problem) {
      replace(place, problemBox(problem));
    }
  };
  onSessionChange(update);
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

function gate() {
  return el(
    "section", { class: "panel" },
    el("p", {}, "Your uploads, datasets, groups and tokens are here, once you have logged in."),
    el("div", { class: "buttons" }, el("button", { type: "button", class: "primary", onclick: () => login() }, "Log in")),
    el("p", { class: "quiet" }, "Accounts are made by whoever runs this server. To read what is public, none is needed: ",
      el("a", { href: "explore" }, "Explore"), "."));
}
