// A structure as OPTIMADE describes it, made ready to be drawn and written: numbers checked, occupancies summed up.

import { items } from "../core/format.js";
import { element } from "./elements.js";

/**
 * Reads the attributes of an OPTIMADE structure (positions and vectors in Å).
 * Gives `{lattice, periodic, cell, sites}`: `lattice` is three vectors, null where one is not given; `periodic` three
 * booleans; `cell` is `{lengths, angles, volume}` in Å and degrees, absent without a whole lattice; `sites` are
 * `{index, species, position, parts, occupancy}` with `parts` `{symbol, share}`, largest first and without vacancies.
 * Throws an `Error` that says what is missing.
 */
export function structureModel(attributes) {
  const positions = attributes.cartesian_site_positions;
  if (!Array.isArray(positions) || positions.length === 0) throw new Error("This entry has no positions of sites.");
  const names = attributes.species_at_sites;
  if (!Array.isArray(names) || names.length !== positions.length) throw new Error("Its sites have no species.");
  const species = new Map(items(attributes.species).map((one) => [one?.name, partsOf(one)]));
  const probability = probabilities(attributes.assemblies);
  const sites = positions.map((position, index) => {
    if (!isVector(position)) throw new Error(`The position of site ${index + 1} is not three numbers.`);
    const likely = probability.get(index) ?? 1;
    const parts = (species.get(names[index]) ?? [{ symbol: String(names[index]), share: 1 }])
      .map(({ symbol, share }) => ({ symbol, share: share * likely }));
    return {
      index, species: String(names[index]), position, parts, occupancy: parts.reduce((sum, part) => sum + part.share, 0),
    };
  });
  const vectors = [0, 1, 2].map((axis) => {
    const vector = attributes.lattice_vectors?.[axis];
    return isVector(vector) && length(vector) > 0 ? vector : null;
  });
  const periodic = vectors.map((vector, axis) => vector !== null && (attributes.dimension_types?.[axis] ?? 1) === 1);
  return { lattice: vectors, periodic, cell: cellOf(vectors), sites };
}

function isVector(value) {
  return Array.isArray(value) && value.length === 3 && value.every(Number.isFinite);
}

function partsOf(species) {
  const symbols = items(species?.chemical_symbols);
  const shares = symbols.map((_, index) => species.concentration?.[index] ?? 1 / symbols.length);
  const total = Math.max(1, shares.reduce((sum, share) => sum + share, 0));
  return symbols
    .map((symbol, index) => ({ symbol: String(symbol), share: shares[index] / total }))
    .filter((part) => part.symbol !== "vacancy" && part.share > 0)
    .sort((one, other) => other.share - one.share);
}

// Sites of a group of an assembly are there with the probability of the group.
function probabilities(assemblies) {
  const found = new Map();
  for (const assembly of items(assemblies)) {
    items(assembly?.sites_in_groups).forEach((sites, group) => {
      for (const site of items(sites)) found.set(site, assembly.group_probabilities?.[group] ?? 1);
    });
  }
  return found;
}

function cellOf(vectors) {
  if (vectors.some((vector) => vector === null)) return undefined;
  const [a, b, c] = vectors;
  const volume = Math.abs(determinant(vectors));
  if (!(volume > 1e-9)) return undefined;
  return { lengths: vectors.map(length), angles: [angle(b, c), angle(a, c), angle(a, b)], volume };
}

/** The length of a vector. */
export function length(vector) {
  return Math.hypot(...vector);
}

/** The scalar product of two vectors. */
export function dot(one, other) {
  return one[0] * other[0] + one[1] * other[1] + one[2] * other[2];
}

/** The vector product of two vectors. */
export function cross(one, other) {
  return [
    one[1] * other[2] - one[2] * other[1], one[2] * other[0] - one[0] * other[2], one[0] * other[1] - one[1] * other[0],
  ];
}

/** The signed volume that three vectors span. */
export function determinant([a, b, c]) {
  return dot(a, cross(b, c));
}

function angle(one, other) {
  const cosine = dot(one, other) / (length(one) * length(other));
  return (Math.acos(Math.min(1, Math.max(-1, cosine))) * 180) / Math.PI;
}

/**
 * Three vectors that span space, for fractional coordinates: where one is not given, one perpendicular to the others and
 * 1 Å long stands in.
 */
export function wholeBasis(lattice) {
  const units = [[1, 0, 0], [0, 1, 0], [0, 0, 1]];
  if (lattice.every((vector) => vector === null)) return units;
  const basis = [...lattice];
  for (const axis of [0, 1, 2]) {
    if (basis[axis]) continue;
    const [one, other] = [basis[(axis + 1) % 3], basis[(axis + 2) % 3]];
    const candidates = one && other ? [cross(one, other)] : units.map((unit) => cross(one ?? other, unit));
    const best = candidates.reduce((best, next) => (length(next) > length(best) ? next : best));
    basis[axis] = best.map((value) => value / length(best));
  }
  // Two stand-ins may have come out left-handed.
  const isLeftHanded = lattice.filter((vector) => vector === null).length > 1 && determinant(basis) < 0;
  const last = lattice.lastIndexOf(null);
  return isLeftHanded ? basis.map((vector, axis) => (axis === last ? vector.map((value) => -value) : vector)) : basis;
}

/** A function from Cartesian to fractional coordinates. */
export function fractions(basis) {
  const volume = determinant(basis);
  const reciprocal = [cross(basis[1], basis[2]), cross(basis[2], basis[0]), cross(basis[0], basis[1])];
  return (position) => reciprocal.map((vector) => dot(vector, position) / volume);
}

/** What a symbol is drawn as: `{symbol, name, colour, radius}`, `radius` covalent, in Å. */
export function appearance(symbol) {
  const known = element(symbol);
  return known
    ? { symbol, name: known.name, colour: known.colour, radius: known.radius / 100 }
    : { symbol, name: symbol === "X" ? "Unknown element" : symbol, colour: "#c45fa8", radius: 1 };
}
