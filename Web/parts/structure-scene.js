// What is drawn of a structure: the atoms of one or more cells, the bonds between them, the edges of the cells.

import { appearance, cross, dot, fractions, length, wholeBasis } from "./structure-model.js";
import { element } from "./elements.js";

// Atoms this close to a face of the cell, as a share of its length, are drawn on the opposite face as well.
const faceTolerance = 2e-3;
// Two atoms are bonded where they are not farther apart than the sum of their radii times this.
const bondTolerance = 1.15;
// Beyond this number of atoms, looking for bonds would make the page wait.
const atomsWithBonds = 120000;

/**
 * The atoms, bonds and edges of `cells` (three whole numbers) cells of a structure model.
 * Gives `{atoms, bonds, edges, centre, extent}`: atoms `{site, position, radius}`, bonds pairs of indexes of atoms, edges
 * pairs of positions, all in Å; `extent` is the distance from the centre to the farthest thing.
 */
export function structureScene(model, cells) {
  const basis = wholeBasis(model.lattice);
  const repeats = cells.map((count, axis) => (model.periodic[axis] ? count : 1));
  const atoms = repeatedAtoms(model, basis, repeats);
  const edges = cellEdges(model, repeats);
  // All atoms are in the cell where it repeats in all directions, else they may lie beside it.
  const isInside = model.periodic.every(Boolean);
  const points = [...edges.flat(), ...(isInside ? [] : atoms.map((atom) => atom.position))];
  const centre = [0, 1, 2].map((axis) => {
    let low = Infinity, high = -Infinity;
    for (const point of points) {
      low = Math.min(low, point[axis]);
      high = Math.max(high, point[axis]);
    }
    return (low + high) / 2;
  });
  let extent = 1;
  for (const point of points) extent = Math.max(extent, distance(point, centre));
  for (const atom of atoms) extent = Math.max(extent, distance(atom.position, centre) + 0.5);
  const bonds = atoms.length <= atomsWithBonds ? bondsOf(atoms) : [];
  return { atoms, bonds, edges, centre, extent };
}

function distance(one, other) {
  const [x, y, z] = [one[0] - other[0], one[1] - other[1], one[2] - other[2]];
  return Math.sqrt(x * x + y * y + z * z);
}

function repeatedAtoms(model, basis, repeats) {
  const toFractions = fractions(basis);
  const atoms = [];
  for (const site of model.sites) {
    if (site.parts.length === 0) continue;
    const radius = Math.max(...site.parts.map((part) => appearance(part.symbol).radius));
    const coordinates = toFractions(site.position).map((value, axis) => {
      if (!model.periodic[axis]) return [value];
      const inside = value - Math.floor(value + faceTolerance);
      const images = Array.from({ length: repeats[axis] }, (_, cell) => inside + cell);
      return Math.abs(inside) < faceTolerance ? [...images, inside + repeats[axis]] : images;
    });
    for (const x of coordinates[0]) {
      for (const y of coordinates[1]) {
        for (const z of coordinates[2]) {
          const position = [0, 1, 2].map((axis) => x * basis[0][axis] + y * basis[1][axis] + z * basis[2][axis]);
          atoms.push({ site, position, radius });
        }
      }
    }
  }
  return atoms;
}

// All lines of the grid of cells along the vectors that the structure repeats along.
function cellEdges(model, repeats) {
  const axes = [0, 1, 2].filter((axis) => model.periodic[axis]);
  const at = (counts) =>
    [0, 1, 2].map((part) => axes.reduce((sum, axis) => sum + counts[axis] * model.lattice[axis][part], 0));
  const edges = [];
  for (const axis of axes) {
    const [one, other] = [0, 1, 2].filter((candidate) => candidate !== axis);
    for (let i = 0; i <= (axes.includes(one) ? repeats[one] : 0); i += 1) {
      for (let j = 0; j <= (axes.includes(other) ? repeats[other] : 0); j += 1) {
        const counts = [0, 0, 0];
        counts[one] = i;
        counts[other] = j;
        const start = at(counts);
        counts[axis] = repeats[axis];
        edges.push([start, at(counts)]);
      }
    }
  }
  return edges;
}

function isMetal(symbol) {
  const known = element(symbol);
  if (!known || known.number === 1) return false;
  if (known.group === null || known.group <= 12) return true;
  return ["Al", "Ga", "In", "Tl", "Sn", "Pb", "Bi", "Nh", "Fl", "Mc", "Lv"].includes(symbol);
}

/**
 * Pairs of atoms that are bonded: closer than the sum of their covalent radii and some. Two metals are bonded only where
 * there is nothing else, since in salts and oxides their radii overlap without a bond; nor are two sites of one species
 * that are occupied by half or less, since these are mostly places of one and the same atom.
 */
function bondsOf(atoms) {
  const traits = new Map();
  for (const { site, radius } of atoms) {
    if (traits.has(site)) continue;
    traits.set(site, { radius, isMetal: isMetal(site.parts[0].symbol), isSplit: site.occupancy <= 0.5 + 1e-6 });
  }
  const hasOthers = [...traits.values()].some((trait) => !trait.isMetal);
  const reach = 2 * bondTolerance * Math.max(0, ...atoms.map((atom) => atom.radius));
  // Atoms by the box of that size in which they are; numbers as keys are many times as fast as texts.
  const boxes = new Map();
  const boxOf = (position) => position.map((value) => Math.floor(value / reach));
  const keyOf = (x, y, z) => ((x + 4096) * 8192 + y + 4096) * 8192 + z + 4096;
  atoms.forEach((atom, index) => {
    const key = keyOf(...boxOf(atom.position));
    if (boxes.has(key)) boxes.get(key).push(index);
    else boxes.set(key, [index]);
  });
  const bonds = [];
  const traitOf = atoms.map((atom) => traits.get(atom.site));
  atoms.forEach((atom, index) => {
    const [x, y, z] = boxOf(atom.position);
    const trait = traitOf[index];
    for (let i = x - 1; i <= x + 1; i += 1) {
      for (let j = y - 1; j <= y + 1; j += 1) {
        for (let k = z - 1; k <= z + 1; k += 1) {
          for (const other of boxes.get(keyOf(i, j, k)) ?? []) {
            if (other <= index) continue;
            const partner = traitOf[other];
            if (trait.isMetal && partner.isMetal && hasOthers) continue;
            const apart = distance(atom.position, atoms[other].position);
            if (apart < 0.3 || apart > bondTolerance * (trait.radius + partner.radius)) continue;
            if (trait.isSplit && partner.isSplit && atom.site.species === atoms[other].site.species) continue;
            bonds.push([index, other]);
          }
        }
      }
    }
  });
  return bonds;
}

/** The direction from which one looks along lattice vector `axis`, and the one that then points up; unit vectors. */
export function viewAlong(model, axis) {
  const basis = wholeBasis(model.lattice);
  const towards = unit(basis[axis]);
  const up = basis[(axis + 2) % 3];
  const upright = unit(up.map((value, part) => value - dot(up, towards) * towards[part]));
  return { towards, up: upright, right: cross(upright, towards) };
}

function unit(vector) {
  const size = length(vector);
  return vector.map((value) => value / size);
}
