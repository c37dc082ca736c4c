// Users and groups, by their ids and by what people type.

import { bdi, el, replace } from "../core/dom.js";
import { ask } from "../core/http.js";

const users = new Map();
const groups = new Map();
let fields = 0;

/** The users with these ids, by id: `{user_id, username, name, …}`. Those that nobody has are absent. */
export async function usersByID(ids) {
  const unknown = [...new Set(ids)].filter((id) => !users.has(id));
  // An address has room for that many.
  for (let start = 0; start < unknown.length; start += 50) {
    const query = new URLSearchParams(unknown.slice(start, start + 50).map((id) => ["user_id", id]));
    for (const user of (await ask(`api/v1/users?${query}`)).data.data) users.set(user.user_id, user);
  }
  return new Map(ids.filter((id) => users.has(id)).map((id) => [id, users.get(id)]));
}

/** The groups with these ids, by id: `{group_id, group_name, …}`. */
export async function groupsByID(ids) {
  const unknown = [...new Set(ids)].filter((id) => id !== "all" && !groups.has(id));
  if (unknown.length) {
    const query = new URLSearchParams([...unknown.map((id) => ["group_id", id]), ["page_size", "1000"]]);
    for (const group of (await ask(`api/v1/groups?${query}`)).data.data) groups.set(group.group_id, group);
  }
  return new Map(ids.filter((id) => groups.has(id)).map((id) => [id, groups.get(id)]));
}

/** How a user is called where only text can stand. */
export function userName(user, id) {
  if (!user) return id;
  return hasOtherName(user) ? `${user.name} (${user.username})` : user.username;
}

/** How a user is called on a page. */
export function shownUser(user, id) {
  return user && hasOtherName(user) ? [bdi(user.name), " (", bdi(user.username), ")"] : bdi(userName(user, id));
}

function hasOtherName(user) {
  return user.name && user.name !== user.username;
}

/**
 * A field for a username, which completes what is typed from the server's users.
 * Gives `{label, input}`: what is put on the page, and the field itself.
 */
export function userField(text) {
  const id = `users-${fields += 1}`;
  const list = el("datalist", { id });
  let waiting, number = 0;
  const complete = async () => {
    const mine = (number += 1);
    const prefix = input.value.trim();
    if (!prefix) return replace(list);
    try {
      const found = (await ask(`api/v1/users?${new URLSearchParams({ prefix })}`)).data.data;
      if (mine !== number) return;
      replace(list, found.slice(0, 20).map((user) => el("option", { value: user.username }, user.name)));
    } catch {
      // Without suggestions the field is as good as before: whoever is named is checked when it is sent.
    }
  };
  const input = el("input", { list: id, autocomplete: "off", spellcheck: "false", oninput: () => {
    clearTimeout(waiting);
    waiting = setTimeout(complete, 150);
  } });
  return { label: el("label", {}, text, input, list), input };
}

/** The user of that username; absent where there is none. */
export async function userNamed(name) {
  const found = (await ask(`api/v1/users?${new URLSearchParams({ prefix: name })}`)).data.data;
  return found.find((user) => user.username === name);
}
