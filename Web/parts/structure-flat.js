// Draws the scene of a structure on a flat canvas: for browsers without WebGL, and as good as it gets there.

import { sphereSize, stickSize } from "./structure-instances.js";

/** A painter on `canvas` that draws what is farther away first. */
export function flatPainter(canvas) {
  const context = canvas.getContext("2d");
  let spheres = new Float32Array(), sticks = new Float32Array();
  return {
    /** Takes over the instances of `structure-instances.js`. */
    load(instances) {
      ({ spheres, sticks } = instances);
    },
    /** Resolves when all is drawn that was asked for. */
    async finished() {},
    /** Draws; `ground` is a colour of three parts from 0 to 1. */
    draw(camera, scene, ground) {
      const { width, height } = canvas;
      const { pixels, x, y } = camera.scale(width, height, scene.extent);
      const matrix = camera.matrix;
      const seen = (values, offset) => {
        const [a, b, c] = [0, 1, 2].map((axis) => values[offset + axis] - scene.centre[axis]);
        const [right, up, towards] = matrix.map((row) => row[0] * a + row[1] * b + row[2] * c);
        return { x: x + right * pixels, y: y - up * pixels, height: towards };
      };
      const faded = (colour, depth) => {
        const share = Math.min(0.5, Math.max(0, 0.25 - (0.25 * depth) / scene.extent));
        return colour.map((part, axis) => part + (ground[axis] - part) * share);
      };
      context.fillStyle = css(ground);
      context.fillRect(0, 0, width, height);
      context.lineCap = "round";
      const pieces = [];
      for (let offset = 0; offset < sticks.length; offset += stickSize) {
        pieces.push(...halves(sticks, offset, seen, faded, pixels));
      }
      for (let offset = 0; offset < spheres.length; offset += sphereSize) {
        pieces.push(sphere(spheres, offset, seen, faded, pixels));
      }
      pieces.sort((one, other) => one.height - other.height).forEach((piece) => piece.draw(context));
    },
  };
}

function halves(sticks, offset, seen, faded, pixels) {
  const start = seen(sticks, offset), end = seen(sticks, offset + 3);
  const middle = { x: (start.x + end.x) / 2, y: (start.y + end.y) / 2 };
  return [[start, 7], [end, 10]].map(([tip, colour]) => ({
    height: (start.height + end.height) / 2,
    draw(context) {
      context.strokeStyle = css(faded([...sticks.slice(offset + colour, offset + colour + 3)], tip.height));
      context.lineWidth = Math.max(1, 2 * sticks[offset + 6] * pixels);
      context.beginPath();
      context.moveTo(tip.x, tip.y);
      context.lineTo(middle.x, middle.y);
      context.stroke();
    },
  }));
}

function sphere(spheres, offset, seen, faded, pixels) {
  const place = seen(spheres, offset);
  const radius = Math.max(0.5, spheres[offset + 3] * pixels);
  const [first, last] = [spheres[offset + 7], spheres[offset + 8]];
  return {
    height: place.height,
    draw(context) {
      const isEmpty = spheres[offset + 4] < 0;
      const colour = faded([...spheres.slice(offset + 4, offset + 7)].map(Math.abs), place.height);
      const shade = context.createRadialGradient(
        place.x - radius * 0.35, place.y - radius * 0.4, radius * 0.1, place.x, place.y, radius);
      shade.addColorStop(0, css(colour.map((part) => part + (1 - part) * 0.45)));
      shade.addColorStop(0.55, css(colour));
      shade.addColorStop(1, css(colour.map((part) => part * 0.5)));
      context.fillStyle = shade;
      context.beginPath();
      if (last - first < 0.999 && !isEmpty) context.moveTo(place.x, place.y);
      // Sectors begin at the top and go clockwise.
      context.arc(place.x, place.y, radius, (first - 0.25) * 2 * Math.PI, (last - 0.25) * 2 * Math.PI);
      if (isEmpty) {
        context.strokeStyle = css(colour);
        context.lineWidth = Math.max(1, radius * 0.1);
        context.stroke();
      } else context.fill();
    },
  };
}

function css(colour) {
  return `rgb(${colour.map((part) => Math.round(255 * Math.min(1, Math.max(0, part)))).join(" ")})`;
}
