// The view of a structure that one can turn, with its controls.

import { el, replace } from "../core/dom.js";
import { number } from "../core/format.js";
import { download } from "./download.js";
import { Camera } from "./structure-camera.js";
import { flatPainter } from "./structure-flat.js";
import { steer } from "./structure-gestures.js";
import { instancesOf, manners, rgb } from "./structure-instances.js";
import { appearance, fractions, wholeBasis } from "./structure-model.js";
import { Pace } from "./structure-pace.js";
import { structureScene, viewAlong } from "./structure-scene.js";
import { webglPainter } from "./structure-webgl.js";

const names = { balls: "Balls and sticks", spheres: "Spheres" };
// Fine pictures have twice as many pixels each way; they are drawn when nothing has moved for this long.
const restMilliseconds = 160;
// Where they would take longer than this, they are not drawn: without a graphics card, a page would hang meanwhile.
const longestMilliseconds = 150;

/**
 * An element with the view of a structure model. `state` is what addresses keep: `{cells, manner, look}`, all text;
 * `keep(changes)` is called with what has changed. `name` is the structure's, for people; `file` names pictures.
 */
export function structureViewer(model, { name, file, state, keep }) {
  let canvas = el("canvas", canvasProperties(name));
  let painter = webglPainter(canvas);
  const isFlat = painter === undefined;
  if (isFlat) {
    // A canvas that was asked for WebGL gives nothing else.
    canvas = el("canvas", canvasProperties(name));
    painter = flatPainter(canvas);
  }
  const camera = new Camera();
  if (state.look) camera.text = state.look;
  let cells = cellsOf(state.cells).map((count, axis) => (model.periodic[axis] ? count : 1));
  let manner = Object.hasOwn(manners, state.manner) ? state.manner : "balls";
  let scene, colours, isLooked = Boolean(state.look), isMoving = false, isAsked = false, isTurning = false, rest;
  const said = el("output", { class: "viewer-said" });

  const pace = new Pace();
  let fineness = 1;
  const size = (fine) => {
    const ratio = fine ? fineness : pace.share * Math.min(2, devicePixelRatio);
    const [width, height] = [canvas.clientWidth, canvas.clientHeight]
      .map((side) => Math.max(1, Math.round(side * ratio)));
    if (canvas.width !== width) canvas.width = width;
    if (canvas.height !== height) canvas.height = height;
  };
  const paint = (fine) => {
    size(fine);
    painter.draw(camera, scene, colours.ground);
  };
  // Draws at the next frame, once for all changes until then, and finely when all is at rest.
  const draw = () => {
    clearTimeout(rest);
    if (!isMoving && !isTurning) {
      rest = setTimeout(() => requestAnimationFrame(() => paint(true)), restMilliseconds);
    }
    if (isAsked) return;
    isAsked = true;
    requestAnimationFrame((now) => {
      isAsked = false;
      if (isMoving) pace.frame(now);
      paint(false);
    });
  };
  const build = () => {
    colours = pageColours(canvas);
    scene = structureScene(model, cells);
    painter.load(instancesOf(scene, manner, colours));
    if (!isLooked) fit();
    canvas.dataset.atoms = scene.atoms.length;
    canvas.dataset.bonds = scene.bonds.length;
    measure();
  };
  const measure = async () => {
    fineness = 1;
    // The first picture takes longer than others.
    paint(false);
    await painter.finished();
    const start = performance.now();
    paint(false);
    await painter.finished();
    if (4 * (performance.now() - start) > longestMilliseconds) return;
    fineness = Math.max(2, devicePixelRatio);
    draw();
  };
  const fit = () => {
    const points = [...scene.edges.flat(), ...scene.atoms.map((atom) => atom.position)];
    camera.fit(scene, points, canvas.clientWidth, canvas.clientHeight);
  };
  let kept;
  const looked = () => {
    isLooked = true;
    draw();
    clearTimeout(kept);
    kept = setTimeout(() => keep({ look: camera.text }), 400);
  };

  steer(canvas, camera, {
    changed: looked,
    began: () => { isMoving = true; },
    ended: () => { isMoving = false; pace.rest(); draw(); },
    pointed: (x, y) => replace(said, atomText(atomAt(scene, camera, canvas, manner, x, y), model)),
  });
  canvas.addEventListener("webglcontextlost", () => replace(said, "The drawing was lost; reload the page to get it back."));

  const turnButton = button("Turn", () => {
    isTurning = !isTurning;
    turnButton.setAttribute("aria-pressed", String(isTurning));
    pace.rest();
    if (!isTurning) return looked();
    let start = performance.now(), before = start, frames = 0;
    const step = (now) => {
      if (!isTurning || !canvas.isConnected) return;
      camera.turn(Math.min(0.1, (now - before) / 2500), 0);
      before = now;
      pace.frame(now);
      paint(false);
      frames += 1;
      if (now - start > 1000) {
        replace(said, `${Math.round((1000 * frames) / (now - start))} frames/s`);
        [start, frames] = [now, 0];
      }
      requestAnimationFrame(step);
    };
    requestAnimationFrame(step);
  }, { "aria-pressed": "false" });
  const along = ["a", "b", "c"].map((letter, axis) =>
    button(letter, () => {
      camera.look(viewAlong(model, axis));
      fit();
      looked();
    }, { "aria-label": `Look along ${letter}` }));
  const mannerChoice = el(
    "select", { "aria-label": "Manner of drawing", onchange: (event) => {
      manner = event.target.value;
      keep({ manner: manner === "balls" ? null : manner });
      build();
    } },
    Object.keys(manners).map((key) => el("option", { value: key, selected: key === manner }, names[key])));
  const cellChoices = ["a", "b", "c"].map((letter, axis) =>
    el(
      "select", { "aria-label": `Cells along ${letter}`, disabled: !model.periodic[axis], onchange: (event) => {
        cells = cells.with(axis, Number(event.target.value));
        keep({ cells: cells.every((count) => count === 1) ? null : cells.join("x") });
        build();
      } },
      [1, 2, 3].map((count) => el("option", { value: count, selected: count === cells[axis] }, String(count)))));

  const box = el(
    "div", { class: "viewer" },
    el("div", { class: "viewer-picture" }, canvas, said),
    legend(model),
    el(
      "div", { class: "buttons" },
      turnButton,
      group("Look along", "along", along),
      button("Whole", () => { camera.reset(); fit(); looked(); }, { "aria-label": "Show the whole structure again" }),
      group("Zoom", null, [
        button("−", () => { camera.enlarge(1 / 1.25); looked(); }, { "aria-label": "Smaller" }),
        button("+", () => { camera.enlarge(1.25); looked(); }, { "aria-label": "Larger" }),
      ]),
      model.periodic.some(Boolean)
        ? group("Supercell", "cells", cellChoices.flatMap((choice, axis) => (axis ? ["×", choice] : [choice])))
        : null,
      mannerChoice,
      button("Picture", () => {
        paint(true);
        canvas.toBlob((blob) => download(blob, `${file}.png`), "image/png");
      }, { "aria-label": "Download the picture" })),
    el("p", { class: "quiet small", id: "viewer-help" },
      isFlat ? "This browser has no WebGL, so the picture is a plain one. " : null,
      "Drag to turn, with Shift to move; wheel or two fingers zoom. Keys: arrows, Shift and arrows, +, −, 0."));

  new ResizeObserver(() => { if (scene) draw(); }).observe(canvas);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => { if (canvas.isConnected) build(); });
  // Colours are those of the page, so the element has to be in it first.
  requestAnimationFrame(build);
  return box;
}

function canvasProperties(name) {
  return {
    class: "viewer-canvas", tabindex: 0, role: "application", "aria-label": `Structure of ${name}`,
    "aria-roledescription": "structure that can be turned", "aria-describedby": "viewer-help",
  };
}

function button(text, onclick, properties = {}) {
  return el("button", { type: "button", onclick, ...properties }, text);
}

function group(name, word, controls) {
  return el(
    "span", { class: "group", role: "group", "aria-label": name },
    word ? el("span", { class: "quiet" }, word) : null, controls);
}

function cellsOf(text) {
  const counts = /^([1-3])x([1-3])x([1-3])$/.exec(text ?? "");
  return counts ? counts.slice(1).map(Number) : [1, 1, 1];
}

function pageColours(element) {
  const style = getComputedStyle(element);
  const colour = (name) => rgb(style.getPropertyValue(name).trim());
  return { ground: colour("--viewer-ground"), line: colour("--viewer-line") };
}

function legend(model) {
  const shares = new Map();
  let empty = 0;
  for (const site of model.sites) {
    for (const part of site.parts) shares.set(part.symbol, (shares.get(part.symbol) ?? 0) + part.share);
    empty += 1 - site.occupancy;
  }
  const items = [...shares].map(([symbol, share]) => {
    const { name, colour } = appearance(symbol);
    return el("li", { title: name }, el("span", { class: "ball", style: { background: colour } }), symbol,
      el("span", { class: "quiet" }, ` ${number(share, 4)}`));
  });
  if (empty > 1e-3) {
    items.push(el(
      "li", { title: "Share of sites that are not occupied" }, el("span", { class: "ball vacancy" }), "vacant",
      el("span", { class: "quiet" }, ` ${number(empty, 4)}`)));
  }
  return el("ul", { class: "legend", "aria-label": "Elements, and atoms of each in the cell" }, items);
}

function atomAt(scene, camera, canvas, manner, x, y) {
  const { pixels, x: middle, y: centre } = camera.scale(canvas.clientWidth, canvas.clientHeight, scene.extent);
  const matrix = camera.matrix;
  let found, height = -Infinity;
  for (const atom of scene.atoms) {
    const from = atom.position.map((value, axis) => value - scene.centre[axis]);
    const [right, up, towards] = matrix.map((row) => row[0] * from[0] + row[1] * from[1] + row[2] * from[2]);
    const reach = atom.radius * manners[manner].share * pixels;
    if (towards > height && Math.hypot(middle + right * pixels - x, centre - up * pixels - y) <= reach) {
      [found, height] = [atom, towards];
    }
  }
  return found;
}

function atomText(atom, model) {
  if (!atom) return "";
  const { site } = atom;
  const parts = site.parts.map((part) => (part.share > 0.999 ? part.symbol : `${part.symbol} ${number(part.share, 3)}`));
  const numbers = (values, digits) => values.map((value) => value.toFixed(digits)).join(", ");
  const place = model.cell
    ? `(${numbers(fractions(wholeBasis(model.lattice))(atom.position), 4)}) of the cell`
    : `(${numbers(atom.position, 3)}) Å`;
  return `Site ${site.index + 1}: ${parts.join(", ")} at ${place}`;
}
