// An archive as a tree that is read one level at a time.

import { ask } from "../core/http.js";
import { definitionIn, definitionWanted, sectionDefinition } from "./archive-definitions.js";
import { isObject, member, pick, placeRequest } from "./archive-request.js";

/** List items that are shown together. */
export const pageSize = 50;
/** Items of a list of values that are read together. */
export const valuePageSize = 200;

/**
 * A place of the archive.
 *
 * `kind`: `section`, `list` (of sections), `quantity`, `part` (of a quantity's value), or `unknown` until it is read.
 * `value`: what is known of the value: scalars always, other values when they were read (of a long list: one page, see
 * `page` and `total`). `property` is its definition as a property of the section around, `section` that of itself.
 * `messages` is what the server says of parts that it could not read. `children` are there after `load`; those of
 * lists are the ones of a page.
 */
export class ArchiveNode {
  constructor(entry, steps, kind, facts = {}) {
    Object.assign(this, { entry, steps, kind, page: 0, ...facts });
  }

  /** The tree of the archive of `entry` (an id). */
  static root(entry) {
    return new ArchiveNode(entry, [], "section");
  }

  /** The last step: a name, or an index. */
  get name() {
    return this.steps.at(-1);
  }

  /** Whether there may be something below. */
  get isOpenable() {
    if (this.kind === "quantity" || this.kind === "part") return holdsObjects(this.value);
    return this.kind !== "unknown" || this.children === undefined;
  }

  /** The request that reads this node as it is now shown. */
  get request() {
    if (this.kind === "quantity" && this.value === null) {
      return placeRequest(this.entry, this.steps.slice(0, -1), member(this.name));
    }
    // Of a list, the item that this is, or is a part of.
    const item = this.kind === "part" ? this.steps[this.owner.steps.length] : undefined;
    if (typeof item === "number") return placeRequest(this.entry, [...this.owner.steps, item], "*");
    return placeRequest(this.entry, this.readSteps, this.leaf);
  }

  // Parts of values come with the whole value.
  get readSteps() {
    return this.owner ? this.owner.steps : this.steps;
  }

  get leaf() {
    if (this.kind === "part") return this.owner.leaf;
    const settings = { directive: "plain" };
    if (this.kind === "quantity") {
      // The item of a list is read whole: one index is in its step, and a request has but one.
      if (typeof this.name === "number" || this.isLoaded && !Array.isArray(this.value)) return "*";
      return { m_request: { ...settings, index: this.range(this.page, valuePageSize) } };
    }
    if (this.kind === "section") return { m_request: { ...settings, depth: 1 } };
    return { m_request: { ...settings, depth: 1, pagination: { page_size: pageSize, page: this.page + 1 } } };
  }

  range(page, size) {
    return [page * size, (page + 1) * size - 1];
  }

  /** Reads the node (a page of it, from 0) unless that is done. */
  async load(page = 0, signal) {
    if (this.isLoaded && page === this.page) return this;
    this.isLoaded = false;
    this.page = page;
    if (this.kind === "part") this.readPart();
    else if (this.kind === "quantity") await this.readQuantity(signal);
    else await this.readSection(signal);
    this.isLoaded = true;
    return this;
  }

  async ask(leaf, signal) {
    const { data } = await ask("api/v1/graph/query", { body: placeRequest(this.entry, this.steps, leaf), signal, isExact: true });
    const archive = pick(data, ["entries", this.entry, "archive"]);
    const errors = archive?.m_errors ?? pick(data, ["entries", this.entry, "m_errors"]) ?? data.m_errors ?? [];
    const value = pick(archive, this.steps);
    this.messages = errors.map((error) => error.message);
    if (value === undefined && errors.length) throw new Error(this.messages.join(" "));
    this.section = definitionIn(data, this.entry, this.steps);
    const lists = pick(archive, [...this.steps.slice(0, -1), "m_response", "subsection_lists"]) ?? {};
    return { value, total: Object.hasOwn(lists, this.name) ? lists[this.name].pagination?.total : undefined };
  }

  async readSection(signal) {
    // What is surely one section says in the same answer what it is; a list would say it for each of its items.
    const isOne = this.kind === "section";
    const { value, total } = await this.ask(isOne ? { ...this.leaf, ...definitionWanted } : this.leaf, signal);
    if (total !== undefined) {
      this.kind = "list";
      this.total = total;
      const first = this.page * pageSize;
      this.children = value.slice(first, first + pageSize).map((item, index) =>
        new ArchiveNode(this.entry, [...this.steps, first + index], "section", { title: titleOf(item) }));
      return;
    }
    if (!isOne && isObject(value)) this.section = await sectionDefinition(this.entry, this.steps, signal);
    if (!this.section && this.steps.length > 0) {
      this.kind = "quantity";
      await this.readQuantity(signal);
      return;
    }
    this.kind = "section";
    this.children = Object.entries(value ?? {})
      .filter(([name]) => !["m_def", "m_def_id", "m_response", "m_errors"].includes(name))
      .map(([name, item]) => this.child(name, item));
  }

  child(name, item) {
    const property = this.section?.properties.get(name);
    const isLeftOut = typeof item === "object" && item !== null || String(item).startsWith("__INTERNAL__:");
    // Sections may be lists of them; and the definitions do not know what plugins add. Reading tells.
    const kind = property?.isSection || (!property && isLeftOut) ? "unknown" : "quantity";
    const known = isLeftOut ? {} : { value: item, children: [], isLoaded: true };
    return new ArchiveNode(this.entry, [...this.steps, name], kind, { property, ...known });
  }

  async readQuantity(signal) {
    const { value } = await this.ask(this.leaf, signal);
    this.total = undefined;
    if (!Array.isArray(value)) this.value = value;
    else {
      const [first, last] = this.range(this.page, valuePageSize);
      this.value = value.slice(first, last + 1);
      this.total = value.length;
      if (value.length > last && typeof this.name !== "number") {
        // The answer to the last item has a place for each item before.
        const { value: whole } = await this.ask({ m_request: { directive: "plain", index: [-1, -1] } }, signal);
        this.total = whole.length;
      }
    }
    this.makeParts(this);
  }

  /** All of a list of which `load` reads pages. */
  async wholeValue(signal) {
    if (!Array.isArray(this.value) || this.value.length === this.total) return this.value;
    return (await this.ask("*", signal)).value;
  }

  readPart() {
    if (Array.isArray(this.whole)) {
      const [first, last] = this.range(this.page, valuePageSize);
      this.total = this.whole.length;
      this.value = this.whole.slice(first, last + 1);
    } else this.value = this.whole;
    this.makeParts(this.owner);
  }

  makeParts(owner) {
    const first = Array.isArray(this.value) ? this.page * valuePageSize : 0;
    const parts = Array.isArray(this.value)
      ? this.value.map((item, index) => [first + index, item])
      : isObject(this.value) ? Object.entries(this.value) : [];
    this.children = parts.map(([step, item]) =>
      new ArchiveNode(this.entry, [...this.steps, step], "part", {
        owner, whole: item, value: item, title: isObject(item) ? titleOf(item) : undefined,
      }));
  }
}

function holdsObjects(value) {
  return isObject(value) ? Object.keys(value).length > 0 : Array.isArray(value) && value.some(holdsObjects);
}

// What an item of a list calls itself, else the first text that it has.
function titleOf(item) {
  for (const name of ["name", "label", "title", "type"]) {
    if (typeof item?.[name] === "string") return item[name];
  }
  return Object.entries(item ?? {}).find(([name, value]) =>
    typeof value === "string" && !name.startsWith("m_") && !value.startsWith("__INTERNAL__:"))?.[1];
}

/**
 * Reads from `root` down to `steps`. Gives `{way, problem}`: the nodes on the way, the root first, and the error that
 * ended it. The way ends early where there is nothing more, too; pages of lists are turned to the items on the way, and
 * the last node to `page`. Throws where even the root cannot be read, and an `AbortError`.
 */
export async function openPath(root, steps, page, signal) {
  const way = [await root.load(root.page, signal)];
  try {
    await walk(way, steps, page, signal);
  } catch (problem) {
    if (problem.name === "AbortError") throw problem;
    return { way, problem };
  }
  return { way };
}

async function walk(way, steps, page, signal) {
  for (const [index, step] of steps.entries()) {
    const node = way.at(-1);
    if (typeof step === "number" && (node.kind === "list" || Array.isArray(node.value))) {
      const size = node.kind === "list" ? pageSize : valuePageSize;
      await node.load(Math.floor(step / size), signal);
    }
    // In values, names may be digits, too.
    const child = node.children?.find((candidate) => candidate.name === step)
      ?? node.children?.find((candidate) => candidate.name === String(step));
    if (!child) break;
    await child.load(index === steps.length - 1 ? page : child.page, signal);
    way.push(child);
  }
}
