// From where a structure is looked at: turned, moved, enlarged. There is no perspective, so that lengths compare.

/** The camera of a view; all its angles are in radians. */
export class Camera {
  /** Begins with the whole structure in view, turned a little. */
  constructor() {
    this.reset();
  }

  /** Goes back to where it began. */
  reset() {
    this.turned = [0, 0, 0, 1];
    this.zoom = 1;
    this.moved = [0, 0];
    // c points up; seen from in front of the corner between a and b, a little from above.
    this.look({ right: [1, 0, 0], up: [0, 0, 1], towards: [0, -1, 0] });
    this.turn(0.45, 0);
    this.turn(0, 0.25);
  }

  /** Looks along `towards` (from there to the centre), with `up` up. All three are perpendicular unit vectors. */
  look({ right, up, towards }) {
    this.turned = quaternion([right, up, towards]);
  }

  /** Turns what is seen about the vertical and the horizontal of the screen. */
  turn(horizontal, vertical) {
    this.turned = normal(times(times(about([1, 0, 0], vertical), about([0, 1, 0], horizontal)), this.turned));
  }

  /** Enlarges by `factor`. */
  enlarge(factor) {
    this.zoom = Math.min(50, Math.max(0.1, this.zoom * factor));
  }

  /** Moves by shares of the half height of the picture. */
  move(x, y) {
    this.moved = [this.moved[0] + x, this.moved[1] + y].map((value) => Math.min(50, Math.max(-50, value)));
  }

  /** Moves and enlarges such that all `points` are in a picture of `width` by `height`, as they are turned now. */
  fit({ centre, extent }, points, width, height) {
    const [across, upwards] = this.matrix;
    let right = 0, up = 0;
    for (const point of points) {
      const from = point.map((value, axis) => value - centre[axis]);
      right = Math.max(right, Math.abs(across[0] * from[0] + across[1] * from[1] + across[2] * from[2]));
      up = Math.max(up, Math.abs(upwards[0] * from[0] + upwards[1] * from[1] + upwards[2] * from[2]));
    }
    this.moved = [0, 0];
    this.zoom = 1;
    const room = 1 / this.scale(width, height, extent).pixels / 2;
    this.enlarge(Math.min(2.5, (width * room) / (right + 1), (height * room) / (up + 1)));
  }

  /** The matrix of the turn: three rows. */
  get matrix() {
    const [x, y, z, w] = this.turned;
    return [
      [1 - 2 * (y * y + z * z), 2 * (x * y - z * w), 2 * (x * z + y * w)],
      [2 * (x * y + z * w), 1 - 2 * (x * x + z * z), 2 * (y * z - x * w)],
      [2 * (x * z - y * w), 2 * (y * z + x * w), 1 - 2 * (x * x + y * y)],
    ];
  }

  /** All of it as text, for addresses. */
  get text() {
    return [...this.turned, this.zoom, ...this.moved].map((value) => Number(value.toFixed(3))).join(",");
  }

  /** Reads what `text` gives; nothing where it is not such text. */
  set text(text) {
    const values = text.split(",").map(Number);
    if (values.length !== 7 || !values.every(Number.isFinite) || !(Math.hypot(...values.slice(0, 4)) > 0.1)) return;
    this.turned = normal(values.slice(0, 4));
    this.zoom = 1;
    this.moved = [0, 0];
    this.enlarge(values[4]);
    this.move(values[5], values[6]);
  }

  /** Pixels for one Å, and where the centre is, in a picture of `width` by `height` that holds `extent` Å each way. */
  scale(width, height, extent) {
    const half = Math.min(width, height) / 2;
    return {
      pixels: (half * 0.94 * this.zoom) / extent,
      x: width / 2 + this.moved[0] * half,
      y: height / 2 - this.moved[1] * half,
    };
  }
}

function about(axis, angle) {
  const sine = Math.sin(angle / 2);
  return [axis[0] * sine, axis[1] * sine, axis[2] * sine, Math.cos(angle / 2)];
}

function times([ax, ay, az, aw], [bx, by, bz, bw]) {
  return [
    aw * bx + ax * bw + ay * bz - az * by, aw * by - ax * bz + ay * bw + az * bx, aw * bz + ax * by - ay * bx + az * bw,
    aw * bw - ax * bx - ay * by - az * bz,
  ];
}

function normal(values) {
  const size = Math.hypot(...values);
  return values.map((value) => value / size);
}

// The turn that a matrix of three rows is.
function quaternion([a, b, c]) {
  const trace = a[0] + b[1] + c[2];
  if (trace > 0) {
    const s = 2 * Math.sqrt(trace + 1);
    return normal([(c[1] - b[2]) / s, (a[2] - c[0]) / s, (b[0] - a[1]) / s, s / 4]);
  }
  if (a[0] > b[1] && a[0] > c[2]) {
    const s = 2 * Math.sqrt(1 + a[0] - b[1] - c[2]);
    return normal([s / 4, (a[1] + b[0]) / s, (a[2] + c[0]) / s, (c[1] - b[2]) / s]);
  }
  if (b[1] > c[2]) {
    const s = 2 * Math.sqrt(1 + b[1] - a[0] - c[2]);
    return normal([(a[1] + b[0]) / s, s / 4, (b[2] + c[1]) / s, (a[2] - c[0]) / s]);
  }
  const s = 2 * Math.sqrt(1 + c[2] - a[0] - b[1]);
  return normal([(a[2] + c[0]) / s, (b[2] + c[1]) / s, s / 4, (b[0] - a[1]) / s]);
}
