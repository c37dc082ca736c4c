// Making elements. Text is always text: nothing here reads markup, so no value can become any.

const svgNamespace = "http://www.w3.org/2000/svg";

/**
 * An element.
 * Properties: `on…` are listeners, `null` and `false` are left out, `true` is an attribute without value, `style` is an
 * object of CSS properties, `value` and `checked` are set as such; all others are attributes.
 * Children: elements, text, numbers, lists of these; `null` is left out.
 */
export function el(tag, properties = {}, ...children) {
  return fill(document.createElement(tag), properties, children);
}

/** As `el`, an element of a drawing. */
export function svg(tag, properties = {}, ...children) {
  return fill(document.createElementNS(svgNamespace, tag), properties, children);
}

/** A text of data amid other text: where it turns the direction of writing, that ends with it. */
export function bdi(text, properties = {}) {
  return el("bdi", properties, text);
}

/** Puts `children` in the place of all that `parent` has. */
export function replace(parent, ...children) {
  parent.replaceChildren(...nodes(children));
}

/** Appends `children`. */
export function append(parent, ...children) {
  parent.append(...nodes(children));
}

function fill(element, properties, children) {
  for (const [name, value] of Object.entries(properties)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (name === "style") Object.entries(value).forEach(([key, text]) => element.style.setProperty(key, text));
    else if (name === "value" || name === "checked") element[name] = value;
    else element.setAttribute(name, value === true ? "" : String(value));
  }
  element.append(...nodes(children));
  return element;
}

function nodes(children) {
  return children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false);
}
