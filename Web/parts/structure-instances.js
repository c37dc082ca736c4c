// The spheres and sticks of a scene, as lists of numbers, the same for every painter.

import { appearance } from "./structure-model.js";

/** The ways to draw: `balls` with sticks between them, or `spheres` as large as the atoms. */
export const manners = { balls: { share: 0.42, stick: 0.11 }, spheres: { share: 1, stick: 0 } };

/** Numbers for one sphere: position, radius; colour; first and last angle of its sector, as shares of a turn. */
export const sphereSize = 9;
/** Numbers for one stick: its ends, its radius, the colours of its halves. */
export const stickSize = 13;

/**
 * The instances of `scene` in a manner: `{spheres, sticks}`, both `Float32Array`. A site that several elements share, or
 * that is not always occupied, is one sphere for each, all in one place, of which each shows its sector. The sector of
 * what is not there has a colour below zero, and is drawn as an outline. Sticks begin where spheres no longer hide them.
 * `line` is a colour of three parts from 0 to 1.
 */
export function instancesOf(scene, manner, { line }) {
  const { share, stick } = manners[manner];
  const spheres = [], sticks = [];
  for (const { site, position, radius } of scene.atoms) {
    let done = 0;
    for (const part of site.parts) {
      const last = Math.min(1, done + part.share);
      spheres.push(...position, radius * share, ...rgb(appearance(part.symbol).colour), done, last > 0.999 ? 1 : last);
      done = last;
    }
    if (done < 0.999) spheres.push(...position, radius * share, ...line.map((part) => -part - 1e-3), done, 1);
  }
  if (stick > 0) {
    for (const [one, other] of scene.bonds) {
      const [start, end] = [scene.atoms[one], scene.atoms[other]];
      const ends = seenEnds(start, end, (atom) => hiddenLength(atom, share, stick));
      if (ends) sticks.push(...ends, stick, ...colourOf(start.site), ...colourOf(end.site));
    }
  }
  const thin = scene.extent * 0.0032;
  for (const [start, end] of scene.edges) sticks.push(...start, ...end, thin, ...line, ...line);
  return { spheres: new Float32Array(spheres), sticks: new Float32Array(sticks) };
}

// How much of a stick lies within the sphere at its end, where nobody sees it; nothing in one that is partly an outline.
function hiddenLength({ site, radius }, share, stick) {
  if (site.occupancy < 0.999) return 0;
  // The rectangle that is drawn lies on the stick, as high above its axis as it is wide.
  return 0.95 * Math.sqrt(Math.max(0, (radius * share) ** 2 - 2 * stick ** 2));
}

// The ends of what is seen of a stick; undefined where all of it is hidden.
function seenEnds(one, other, hidden) {
  const along = one.position.map((value, axis) => other.position[axis] - value);
  const length = Math.hypot(...along);
  const [first, last] = [hidden(one) / length, 1 - hidden(other) / length];
  return first < last ? [first, last].flatMap((share) => along.map((part, axis) => one.position[axis] + share * part)) : undefined;
}

function colourOf(site) {
  return rgb(appearance(site.parts[0].symbol).colour);
}

const known = new Map();

/** The parts of `#rrggbb`, from 0 to 1. */
export function rgb(colour) {
  if (!known.has(colour)) {
    const number = Number.parseInt(colour.slice(1), 16);
    known.set(colour, [(number >> 16) / 255, ((number >> 8) & 255) / 255, (number & 255) / 255]);
  }
  return known.get(colour);
}
