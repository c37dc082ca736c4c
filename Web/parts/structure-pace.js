// How fine a picture may be so that it still follows the hand: fewer pixels are drawn while frames take too long.

const shares = [1, 0.75, 0.55, 0.4];
// Frames are judged a few at a time; one that is late by itself says nothing.
const judged = 3;
const slowest = 33.5, fastest = 12;

/** Judges the times of frames. `share` is the share of a picture's full width and height that is drawn meanwhile. */
export class Pace {
  constructor() {
    this.step = 0;
    this.times = [];
    this.quick = 0;
  }

  /** The share, from 0 to 1. */
  get share() {
    return shares[this.step];
  }

  /** Tells that a frame was drawn at `now` (in ms) while something moves. */
  frame(now) {
    this.times.push(now);
    if (this.times.length <= judged) return;
    const mean = (now - this.times[0]) / judged;
    this.times = [];
    if (mean > slowest) {
      // The time goes with the number of pixels, thus with the square of the share.
      const bearable = this.share * Math.sqrt(slowest / mean);
      const next = shares.findIndex((share, step) => step > this.step && share <= bearable);
      this.step = next < 0 ? shares.length - 1 : next;
      this.quick = 0;
    } else if (mean > fastest) this.quick = 0;
    // Finer again only after a while, so that it does not change to and fro.
    else if ((this.quick += 1) > 8 && this.step > 0) {
      this.step -= 1;
      this.quick = 0;
    }
  }

  /** Tells that nothing moves any more. */
  rest() {
    this.times = [];
  }
}
