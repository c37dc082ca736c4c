// Structures as files, made in the browser from what OPTIMADE says of them.

import { appearance, fractions } from "./structure-model.js";

/** A structure model as CIF: all atoms of the cell, in space group P 1. Throws where there is no whole cell. */
export function cifText(model, { id, title }) {
  const { cell } = requireCell(model, "CIF");
  const toFractions = fractions(model.lattice);
  const counts = new Map();
  const rows = model.sites.flatMap((site) =>
    site.parts.map(({ symbol, share }) => {
      counts.set(symbol, (counts.get(symbol) ?? 0) + 1);
      const place = toFractions(site.position).map((value) => value.toFixed(10));
      return [`${symbol}${counts.get(symbol)}`, symbol, ...place, share.toFixed(6)].join(" ");
    }));
  return [
    `# ${oneLine(title)}`,
    `data_${id.replaceAll(/[^A-Za-z0-9_.-]/g, "_").slice(0, 70)}`,
    ...["a", "b", "c"].map((axis, index) => `_cell_length_${axis} ${cell.lengths[index].toFixed(10)}`),
    ...["alpha", "beta", "gamma"].map((name, index) => `_cell_angle_${name} ${cell.angles[index].toFixed(10)}`),
    "_space_group_name_H-M_alt 'P 1'",
    "_space_group_IT_number 1",
    "loop_",
    "_space_group_symop_operation_xyz",
    "'x, y, z'",
    "loop_",
    ...["label", "type_symbol", "fract_x", "fract_y", "fract_z", "occupancy"].map((name) => `_atom_site_${name}`),
    ...rows, "",
  ].join("\n");
}

/** A structure model as POSCAR, positions as they are stored. Throws where it has no cell, or sites are shared. */
export function poscarText(model, { title }) {
  requireCell(model, "POSCAR");
  const groups = new Map();
  for (const site of orderedSites(model, "POSCAR")) {
    const { symbol } = site.parts[0];
    groups.set(symbol, [...(groups.get(symbol) ?? []), site.position]);
  }
  return [
    oneLine(title), "1.0", ...model.lattice.map((vector) => vector.join(" ")), [...groups.keys()].join(" "),
    [...groups.values()].map((positions) => positions.length).join(" "), "Cartesian",
    ...[...groups.values()].flat().map((position) => position.join(" ")), "",
  ].join("\n");
}

/** A structure model as one frame of extended XYZ. Throws where sites are shared. */
export function xyzText(model, { id, title }) {
  const sites = orderedSites(model, "XYZ");
  const hasLattice = model.lattice.some((vector) => vector !== null);
  const text = (value) => `"${oneLine(value).replaceAll("\\", "\\\\").replaceAll('"', '\\"')}"`;
  const head = [
    hasLattice ? `Lattice="${model.lattice.map((vector) => (vector ?? [0, 0, 0]).join(" ")).join(" ")}"` : null,
    "Properties=species:S:1:pos:R:3", `pbc="${model.periodic.map((is) => (is ? "T" : "F")).join(" ")}"`,
    `id=${text(id)}`, `title=${text(title)}`,
  ].filter(Boolean);
  const rows = sites.map((site) => [site.parts[0].symbol, ...site.position].join(" "));
  return [String(sites.length), head.join(" "), ...rows, ""].join("\n");
}

function requireCell(model, format) {
  if (!model.cell) throw new Error(`${format} needs three lattice vectors, which this structure does not have.`);
  return model;
}

// Formats for calculations say which atom is where, and not how probably.
function orderedSites(model, format) {
  const shared = model.sites.find((site) => site.parts.length !== 1 || site.occupancy < 0.999);
  if (shared) {
    throw new Error(
      `${format} cannot say that a site is shared or partly empty, as site ${shared.index + 1} (${shared.species}) is.`);
  }
  return model.sites.map((site) => ({ ...site, parts: [{ symbol: appearance(site.parts[0].symbol).symbol }] }));
}

function oneLine(text) {
  return text.replaceAll(/\p{Cc}|\p{Zl}|\p{Zp}/gu, " ");
}
