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
 * that is not always occupied, is one sphere for each, all in one place, of which each shows its sector.
 * The sector of what is not there has
 * a colour below zero, and is drawn as an outline. `line` is a colour of three parts from 0 to 1.
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
      sticks.push(...start.position, ...end.position, stick, ...colourOf(start.site), ...colourOf(end.site));
    }
  }
  const thin = scene.extent * 0.0032;
  for (const [start, end] of scene.edges) sticks.push(...start, ...end, thin, ...line, ...line);
  return { spheres: new Float32Array(spheres), sticks: new Float32Array(sticks) };
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
