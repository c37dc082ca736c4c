// Turning, moving and enlarging a structure with mouse, fingers and keys.

const keyTurn = Math.PI / 24;

/**
 * Lets `canvas` steer `camera`; `changed()` is called after each change, `pointed(x, y)` where a place was clicked (in
 * CSS pixels from the upper left corner), `began()` and `ended()` around each drag.
 *
 * The wheel enlarges only where the canvas has the focus or Ctrl is held, so that a page can be scrolled past it.
 */
export function steer(canvas, camera, { changed, pointed, began, ended }) {
  const fingers = new Map();
  let travelled = 0;
  const half = () => Math.min(canvas.clientWidth, canvas.clientHeight) / 2;
  canvas.addEventListener("pointerdown", (event) => {
    canvas.setPointerCapture(event.pointerId);
    fingers.set(event.pointerId, [event.offsetX, event.offsetY]);
    travelled = 0;
    began();
  });
  canvas.addEventListener("pointermove", (event) => {
    const before = fingers.get(event.pointerId);
    if (!before) return;
    const now = [event.offsetX, event.offsetY];
    const [x, y] = [now[0] - before[0], now[1] - before[1]];
    travelled += Math.hypot(x, y);
    const isMove = event.shiftKey || event.buttons === 2 || event.buttons === 4;
    if (fingers.size === 2) {
      const other = [...fingers].find(([id]) => id !== event.pointerId)[1];
      const apart = (place) => Math.max(1, Math.hypot(place[0] - other[0], place[1] - other[1]));
      camera.enlarge(apart(now) / apart(before));
      camera.move(x / 2 / half(), -y / 2 / half());
    } else if (isMove) camera.move(x / half(), -y / half());
    else camera.turn(x / half(), y / half());
    fingers.set(event.pointerId, now);
    changed();
  });
  const lifted = (event) => {
    if (!fingers.delete(event.pointerId)) return;
    ended();
    if (event.type === "pointerup" && travelled < 4) pointed(event.offsetX, event.offsetY);
  };
  canvas.addEventListener("pointerup", lifted);
  canvas.addEventListener("pointercancel", lifted);
  canvas.addEventListener("contextmenu", (event) => event.preventDefault());
  canvas.addEventListener("wheel", (event) => {
    if (!event.ctrlKey && document.activeElement !== canvas) return;
    event.preventDefault();
    camera.enlarge(Math.exp(-Math.sign(event.deltaY) * Math.min(0.3, Math.abs(event.deltaY) / 400)));
    changed();
  }, { passive: false });
  canvas.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || !press(event, camera)) return;
    event.preventDefault();
    changed();
  });
}

function press({ key, shiftKey }, camera) {
  const direction = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[key];
  if (direction && shiftKey) camera.move(direction[0] / 10, -direction[1] / 10);
  else if (direction) camera.turn(direction[0] * keyTurn, direction[1] * keyTurn);
  else if (key === "+" || key === "=") camera.enlarge(1.15);
  else if (key === "-") camera.enlarge(1 / 1.15);
  else if (key === "0") camera.reset();
  else return false;
  return true;
}
