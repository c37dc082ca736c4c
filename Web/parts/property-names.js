// What people read for the name of a property: its title as the server has it, and its unit.

/** `band gap (eV)`: the title of a `property`, and its unit where it has one. */
export function nameOf(property) {
  const unit = unitOf(property);
  return titleOf(property) + (unit ? ` (${unit})` : "");
}

/** The title of a `property`, else its name. */
export function titleOf(property) {
  return property.title || property.name;
}

/** The symbol of a property's unit; empty for numbers without unit, and for what has none. */
export function unitOf(property) {
  const unit = property.unit ?? property["x-optimade-unit"];
  if (!unit || unit === "dimensionless" || unit === "inapplicable") return "";
  const definition = property["x-optimade-unit-definitions"]?.find((known) => known.symbol === unit);
  return definition?.["display-symbol"] ?? unit;
}
