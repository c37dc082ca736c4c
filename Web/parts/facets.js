// How often elements and crystal systems occur in the results, as the server counts them among what one may see.

import { ask } from "../core/http.js";

const quantities = { elements: "results.material.elements", systems: "results.material.symmetry.crystal_system" };

/** `{elements, systems}`: how many structures that match `filter` have each element, by symbol, and each crystal system. */
export async function facets(filter, signal) {
  const aggregations = Object.fromEntries(
    Object.entries(quantities).map(([name, quantity]) => [name, { terms: { quantity, size: 200 } }]));
  const body = {
    owner: "visible", query: { optimade_filter: filter || "nelements IS KNOWN" }, pagination: { page_size: 0 }, aggregations,
  };
  const { data } = await ask("api/v1/entries/query", { body, signal });
  const counts = (name) => Object.fromEntries(data.aggregations[name].terms.data.map(({ value, count }) => [value, count]));
  return { elements: counts("elements"), systems: counts("systems") };
}
