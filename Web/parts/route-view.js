// One route: what it is for, what it takes and gives, and a way to try it.

import { absolute } from "../core/address.js";
import { el } from "../core/dom.js";
import { copyButton } from "../core/recipes.js";
import { prose } from "./prose.js";
import { routeTrial } from "./route-trial.js";
import { schemaView, typeText } from "./schema-view.js";

/** The route, whole. */
export function routeView(route) {
  return el(
    "article", { class: "route" },
    el("h2", { tabindex: -1 }, methodBadge(route.method), " ", el("code", {}, route.path)),
    el("p", { class: "summary" }, route.summary),
    route.description && route.description !== route.summary ? el("p", {}, prose(route.description)) : null,
    route.needsLogin
      ? el("p", { class: "quiet" }, "Needs a login: a token in the header ", el("code", {}, "Authorization"), ".")
      : null,
    parameters(route),
    body(route),
    answers(route),
    samples(route),
    routeTrial(route));
}

/** The method, in its colour. */
export function methodBadge(method) {
  return el("span", { class: `method ${method.toLowerCase()}` }, method);
}

function parameters(route) {
  if (!route.parameters.length) return null;
  return [
    el("h3", {}, "Parameters"),
    el(
      "dl", { class: "parameters" },
      route.parameters.map((parameter) => [
        el("dt", {}, el("code", {}, parameter.name)),
        el(
          "dd", {}, prose(parameter.description), " ",
          el(
            "span", { class: "quiet" },
            [
              parameter.in === "path" ? "part of the path" : null,
              typeText(route.document, parameter.schema),
              parameter.required && parameter.in !== "path" ? "required" : null,
            ].filter(Boolean).join(", "))),
      ])),
  ];
}

function body(route) {
  if (!route.body) return null;
  return [
    el("h3", {}, "Body"),
    Object.entries(route.body.content ?? {}).map(([type, { schema, example }]) => [
      el("p", {}, el("code", {}, type), route.body.required ? null : el("span", { class: "quiet" }, " may be left out")),
      schema ? schemaView(route.document, schema) : null,
      example !== undefined
        ? el("pre", { tabindex: 0, "aria-label": "Example of a body" }, JSON.stringify(example, null, 2))
        : null,
    ]),
  ];
}

function answers(route) {
  return [
    el("h3", {}, "Answers"),
    el(
      "ul", { class: "answers" },
      route.answers.map((answer) => {
        const contents = Object.entries(answer.content ?? {});
        const heading = [
          el("strong", { class: Number(answer.status) >= 400 ? "status refused" : "status" }, answer.status), " ",
          prose(answer.description), " ",
          el("span", { class: "quiet" }, contents.map(([type]) => type).join(", ")),
        ];
        const schemas = contents.filter(([, { schema }]) => schema && Object.keys(schema).length);
        if (!schemas.length) return el("li", {}, heading);
        const box = el("details", { ontoggle: () => {
          if (!box.open || box.children.length > 1) return;
          box.append(...schemas.map(([, { schema }]) => schemaView(route.document, schema)));
        } }, el("summary", {}, heading));
        return el("li", {}, box);
      })),
  ];
}

function samples(route) {
  if (!route.samples.length) return null;
  const address = absolute(".").replace(/\/$/, "");
  return [
    el("h3", {}, "Example"),
    route.samples.map((sample) => {
      const text = `export RUTILE_URL=${address}\n${sample.source}`;
      return el(
        "div", {}, el("pre", { tabindex: 0, "aria-label": `Example: ${sample.lang}` }, text),
        el("div", { class: "buttons" }, copyButton(() => text)));
    }),
  ];
}
