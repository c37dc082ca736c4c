// What the server says of the properties of its structures: names, types, units, what they mean.

import { ask } from "./http.js";

let known;

/** Whether the values of a property are numbers. */
export function isNumber(property) {
  return ["integer", "float"].includes(property?.type);
}

/** Properties by name: `{name, type, unit, description, sortable, …}`, as `/info/structures` has them. */
export async function structureProperties() {
  known ??= ask("optimade/v1/info/structures").then((answer) =>
    Object.fromEntries(Object.entries(answer.data.data.properties).map(([name, property]) => [name, { name, ...property }])));
  try {
    return await known;
  } catch (problem) {
    // The next one asks again.
    known = undefined;
    throw problem;
  }
}
