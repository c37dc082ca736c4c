// How often elements and crystal systems occur in the results, as the server counts them among what one may see.

import { ask } from "../core/http.js";
import { crystalSystems } from "./filter-conditions.js";

/** `{elements, systems}`: how many structures that match `filter` have each element, and each crystal system. */
export async function facets(filter, signal) {
  const query = new URLSearchParams([["property", "elements"], ["property", "space_group_it_number"]]);
  if (filter) query.set("filter", filter);
  const { data } = (await ask(`api/v1/structures/facets?${query}`, { signal })).data;
  const within = ({ first, last }) => data.space_group_it_number
    .filter(({ value }) => value >= first && value <= last)
    .reduce((sum, { count }) => sum + count, 0);
  return {
    elements: Object.fromEntries(data.elements.map(({ value, count }) => [value, count])),
    systems: Object.fromEntries(crystalSystems.map((system) => [system.name, within(system)])),
  };
}
