// Which databases are asked: registered ones, a gateway, and others by their addresses.

import { bdi, el, replace } from "../core/dom.js";
import { time } from "../core/format.js";
import { ask } from "../core/http.js";
import { busy, problemBox } from "../core/notice.js";
import { ownBase, ownName } from "./federated-query.js";

const most = 200;

/**
 * The choice: `{element, load, put(question), chosen()}`. `chosen()` gives `{databases, urls, gateway}`; `put` shows what
 * a question names.
 */
export function targetChoice() {
  const own = { id: undefined, base: ownBase(), name: ownName };
  let known = [], gateways = [], added = [], checked = new Set(), gateway = "";
  const list = el("ul", { class: "targets" }, el("li", {}, busy("Looking for databases…")));
  const select = el("select", { name: "gateway", onchange: () => {
    gateway = select.value;
    draw();
  } });
  const said = el("div", { class: "target-said" });
  const name = el("input", { name: "database-name", placeholder: "optional", autocomplete: "off" });
  const base = el("input", {
    name: "base-url", type: "url", placeholder: "https://example.org/optimade", autocomplete: "off", required: true,
  });
  const adding = el(
    "form", { class: "add-target", onsubmit: (event) => {
      event.preventDefault();
      if (event.submitter?.value === "register") register();
      else add(base.value.trim());
    } },
    el("label", {}, "Base URL", base), el("label", {}, "Name", name),
    el(
      "div", { class: "buttons" },
      el("button", { value: "add", title: "It is asked in this search, and not kept" }, "Ask it"),
      el("button", { value: "register", title: "Everybody who uses this server can choose it from now on" }, "Register")));
  const element = el(
    "fieldset", { class: "databases" },
    el("legend", {}, "Databases"),
    el("label", { class: "gateway-choice" }, "Ask", select),
    list,
    el(
      "div", { class: "buttons" },
      el("button", { type: "button", onclick: () => all(true) }, "All"),
      el("button", { type: "button", onclick: () => all(false) }, "None")),
    el("details", {}, el("summary", {}, "Another database"), adding, said));

  /** Asks for what is registered. */
  async function load() {
    try {
      const [first, second] = await Promise.all([
        ask(`gateway/v1/databases?page_limit=${most}`), ask(`gateway/v1/gateways?page_limit=${most}`)]);
      known = first.data.data.map(target);
      gateways = second.data.data;
    } catch (error) {
      replace(said, problemBox(error));
    }
  }

  function target({ id, attributes }) {
    const health = Object.entries(attributes).find(([key]) => key.endsWith("_health"))?.[1];
    const { name = id, base_url: base, description: about, aggregate } = attributes;
    return { id, name, base: addressOf(base), about, health, isUsual: aggregate !== "no" };
  }

  // A database is called by its id where it has one, else by its address.
  const keyOf = (one) => (one.id === undefined ? `url ${one.base}` : `id ${one.id}`);
  const offered = () => [...known, own, ...added];

  function put(question) {
    gateway = question.gateway ?? "";
    // What was asked by its address may be registered by now.
    added = [];
    added = question.urls.filter((address) => !offered().some((one) => one.base === address))
      .map((address) => ({ base: address, name: hostOf(address) }));
    const isNamed = question.databases.length + question.urls.length > 0;
    const at = (address) => offered().find((one) => one.base === address);
    checked = new Set(isNamed
      ? [...question.databases.map((id) => `id ${id}`), ...question.urls.map((address) => keyOf(at(address)))]
      : offered().filter((one) => one.isUsual !== false).map(keyOf));
    draw();
  }

  function draw() {
    // Each search makes a gateway of its databases; those have names of chance, and are shown only to who asks for one.
    const named = gateways.map((one) => one.id).filter((id) => !/^[0-9a-f]{24}$/.test(id));
    const names = [...new Set([...named, ...(gateway ? [gateway] : [])])];
    replace(
      select, el("option", { value: "" }, "the databases chosen here"),
      names.map((id) => el("option", { value: id }, `the gateway ${id} (${sizeOf(id)})`)));
    select.value = gateway;
    const isGateway = gateway !== "";
    const members = gateways.find((one) => one.id === gateway)?.attributes.databases ?? [];
    const shown = isGateway ? members.map(target) : offered();
    replace(list, shown.map((one) => item(one, isGateway)));
    element.classList.toggle("fixed", isGateway);
  }

  function item(one, isFixed) {
    const key = keyOf(one);
    const box = el("input", { type: "checkbox", checked: isFixed || checked.has(key), disabled: isFixed, onchange: () => {
      if (box.checked) checked.add(key);
      else checked.delete(key);
    } });
    const state = one.health?.status;
    return el(
      "li", {},
      el(
        "label", { class: "check", title: one.about },
        box, el("span", { class: "target-name" }, bdi(one.name), " ", bdi(one.base, { class: "quiet" }))),
      state && state !== "ok" ? el(
        "span", { class: "target-health", title: one.health.detail },
        `${state} when last checked, `, time(one.health.checked)) : null,
      added.includes(one) ? el("button", { type: "button", "aria-label": `Take out ${one.base}`, onclick: () => {
        added = added.filter((other) => other !== one);
        checked.delete(key);
        draw();
        base.focus();
      } }, "Take out") : null);
  }

  function all(isChecked) {
    checked = new Set(isChecked ? offered().map(keyOf) : []);
    gateway = "";
    draw();
  }

  function add(address) {
    if (!/^https?:\/\/[^/]+/.test(address)) {
      return replace(said, problemBox(new Error("An address begins with http:// or https://.")));
    }
    const isKnown = offered().some((one) => one.base === address);
    if (!isKnown) added.push({ base: address, name: name.value.trim() || hostOf(address) });
    checked.add(keyOf(offered().find((one) => one.base === address)));
    return done(bdi(address), " is asked in the next search.");
  }

  async function register() {
    const address = base.value.trim();
    try {
      const body = { name: name.value.trim() || hostOf(address), base_url: address };
      const answer = await ask("gateway/v1/databases", { body });
      const made = target(answer.data.data);
      if (!known.some((one) => one.id === made.id)) known.push(made);
      checked.add(keyOf(made));
      done(bdi(made.name), " is registered.");
    } catch (error) {
      replace(said, problemBox(error));
    }
  }

  function done(...text) {
    gateway = "";
    base.value = "";
    name.value = "";
    replace(said, el("p", { class: "quiet", role: "status" }, text));
    draw();
  }

  function sizeOf(id) {
    const databases = gateways.find((one) => one.id === id)?.attributes.databases;
    return databases ? `${databases.length} ${databases.length === 1 ? "database" : "databases"}` : "not in the list";
  }

  return {
    element, load, put,
    chosen() {
      if (gateway) return { databases: [], urls: [], gateway };
      const all = offered().filter((one) => checked.has(keyOf(one)));
      const databases = all.filter((one) => one.id !== undefined).map((one) => one.id);
      const urls = all.filter((one) => one.id === undefined).map((one) => one.base);
      return { databases, urls, gateway: "" };
    },
  };
}

function addressOf(value) {
  return typeof value === "string" ? value : value?.href ?? "";
}

function hostOf(address) {
  return URL.canParse(address) ? new URL(address).host : address;
}
