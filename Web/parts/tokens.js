// Tokens: what programs log in with.

import { absolute } from "../core/address.js";
import { el, replace } from "../core/dom.js";
import { time } from "../core/format.js";
import { ask } from "../core/http.js";
import { copyButton, quoted } from "../core/recipes.js";
import { saveLine } from "./save-line.js";
import { requestRecipes } from "./commands.js";

/** Shows the view in `place` for `user`. */
export function showTokens(place, user) {
  const password = el("input", { type: "password", autocomplete: "current-password", required: true });
  const output = el("div", { "aria-live": "polite" });
  const line = saveLine("Make a token", "");
  replace(
    place,
    el(
      "section", { class: "panel" },
      el("h2", {}, "A token for scripts"),
      el("p", {}, "Programs send a token in place of your password: all commands on these pages read it from ",
        el("code", {}, "RUTILE_TOKEN"), ". It may do what you may do, for a limited time; give it to nobody."),
      el(
        "form", { class: "stack", onsubmit: (event) => {
          event.preventDefault();
          line.during(async () => {
            const form = new URLSearchParams({
              grant_type: "password", username: user.username, password: password.value,
            });
            const { data } = await ask("api/v1/auth/token", { raw: form });
            password.value = "";
            replace(output, shown(data));
          });
        } },
        // For password managers, which want to know whose password it is.
        el("input", { name: "username", autocomplete: "username", value: user.username, hidden: true }),
        el("label", {}, "Your password", password), line.element),
      output),
    el(
      "section", { class: "panel" },
      el("h2", {}, "For longer, or for less"),
      el("p", {}, "Tokens that last, that are good for some things only, or that are to be revoked are made on the server:"),
      el("pre", { tabindex: 0, "aria-label": "Commands" },
        `rutile token issue --user ${user.username} --scope graph:read\nrutile token list\nrutile token revoke <id>`)),
    requestRecipes({ path: "api/v1/users/me" }));
}

function shown(answer) {
  const address = absolute(".").replace(/\/$/, "");
  const lines = `export RUTILE_URL=${quoted(address)}\nexport RUTILE_TOKEN=${quoted(answer.access_token)}`;
  const end = new Date(Date.now() + answer.expires_in * 1000).toISOString();
  return [
    el("p", {}, "Good until ", time(end), ". It is shown this once:"),
    el("pre", { class: "secret", tabindex: 0, "aria-label": "Lines for a shell" }, lines),
    el(
      "div", { class: "buttons" },
      copyButton(() => lines, "Copy the lines"), copyButton(() => answer.access_token, "Copy the token")),
    answer.refresh_token
      ? el(
        "details", {}, el("summary", {}, "Refresh token"),
        el("p", {}, "Programs that run for longer exchange it for new tokens; each is good once, until ",
          time(new Date(Date.now() + answer.refresh_expires_in * 1000).toISOString()), "."),
        el("pre", { class: "secret", tabindex: 0, "aria-label": "Refresh token" }, answer.refresh_token))
      : null,
  ];
}
