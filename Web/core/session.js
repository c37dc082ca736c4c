// Logging in and out: the control in the header, and the dialog behind it.

import { el, replace } from "./dom.js";
import { ask } from "./http.js";
import { problemBox } from "./notice.js";
import { forget, hasExpired, onSessionChange, remember, token } from "./session-token.js";

/** What is said where a login has ended of its own accord. */
export const expiry = "Your login has ended.";

/** The user who is logged in, `{user_id, username, name, …}`; absent where nobody is. */
export async function currentUser() {
  if (!token()) return undefined;
  try {
    return (await ask("api/v1/users/me")).data;
  } catch (problem) {
    if (problem.status === 401) return undefined;
    throw problem;
  }
}

/** What the header shows of it: who it is, or a way to log in. */
export function sessionControl() {
  const place = el("div", { class: "session" });
  const update = async () => {
    const asked = token();
    const user = await currentUser().catch(() => undefined);
    // Who has logged in or out meanwhile is shown by the update that this brought.
    if (token() !== asked) return;
    const hadFocus = place.contains(document.activeElement);
    replace(
      place,
      user
        ? [
          user.is_admin ? el("a", { href: "status" }, "Status") : null,
          el("span", { class: "who" }, user.name || user.username), button("Log out", forget),
        ]
        : [hasExpired() ? el("span", { class: "who", role: "status" }, expiry) : null, button("Log in", () => login())]);
    if (hadFocus) place.querySelector("button").focus();
  };
  onSessionChange(update);
  update();
  return place;
}

/** Asks for name and password; resolves to whether somebody has logged in. */
export function login() {
  return new Promise((resolve) => {
    const name = el("input", { name: "username", autocomplete: "username", required: true });
    const password = el("input", { name: "password", type: "password", autocomplete: "current-password", required: true });
    const place = el("div", { role: "alert" });
    const dialog = el(
      "dialog", { "aria-labelledby": "login-title", onclose: () => { dialog.remove(); resolve(Boolean(token())); } },
      el(
        "form", { method: "dialog", onsubmit: async (event) => {
          event.preventDefault();
          try {
            const form = new URLSearchParams({ grant_type: "password", username: name.value, password: password.value });
            const answer = await ask("api/v1/auth/token", { raw: form });
            remember(answer.data.access_token);
            dialog.close();
          } catch (problem) {
            replace(place, problemBox(problem));
          }
        } },
        el("h2", { id: "login-title" }, "Log in"),
        el("label", {}, "Name", name),
        el("label", {}, "Password", password),
        place,
        el(
          "div", { class: "buttons" },
          button("Cancel", () => dialog.close()), el("button", { class: "primary" }, "Log in"))));
    document.body.append(dialog);
    dialog.showModal();
  });
}

function button(text, onclick) {
  return el("button", { type: "button", onclick }, text);
}
