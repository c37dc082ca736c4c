// How values are written for people.

import { el } from "./dom.js";

/** The items of what should be a list; archives may hold anything. */
export function items(value) {
  return Array.isArray(value) ? value : [];
}

/** What should be a text, as one; archives may hold anything. */
export function plain(value) {
  return value !== null && typeof value === "object" ? JSON.stringify(value) : String(value ?? "");
}

/** A formula with its numbers set low: `SiO2`. */
export function formula(text) {
  return plain(text).split(/(\d+(?:\.\d+)?)/).map((part, index) => (index % 2 ? el("sub", {}, part) : part));
}

/** A symbol of a space group with the numbers of screw axes set low: `P 42/m n m` is P 4₂/m n m, and `P3_221` is P3₂21. */
export function spaceGroup(text) {
  return plain(text).replace(/(?<= [2346])(?=[1-5](?:[ /]|$))/g, "_").split(/_(\d)/)
    .map((part, index) => (index % 2 ? el("sub", {}, part) : part));
}

/** A number with at most `digits` significant digits. */
export function number(value, digits = 6) {
  return typeof value === "number" ? String(Number(value.toPrecision(digits))) : "";
}

/** A count, with blanks between thousands. */
export function count(value) {
  return typeof value === "number" ? value.toLocaleString("en").replaceAll(",", "\u202f") : "";
}

/** A size in bytes. */
export function size(bytes) {
  if (bytes < 1000) return `${bytes} B`;
  const units = ["kB", "MB", "GB", "TB"];
  let value = bytes, unit = -1;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${value.toPrecision(3)} ${units[unit]}`;
}

/** A time of the server, in the time of whoever reads it. */
export function time(text) {
  const date = new Date(text);
  return Number.isNaN(date.getTime()) ? text ?? "" : el("time", { datetime: text }, date.toLocaleString());
}
