// Where the focus is stays where it is when a part of a page is made anew.

/** Calls `render`, which replaces what is in `root`, and gives the focus back to the control that has the same name. */
export function keepingFocus(root, render) {
  const before = root.contains(document.activeElement) ? document.activeElement : null;
  const name = before && nameOf(before);
  const result = render();
  if (!before || before.isConnected) return result;
  const same = [...root.querySelectorAll(before.tagName)].find((control) => nameOf(control) === name);
  const target = same && !same.disabled ? same : root.querySelector("[tabindex='0'], button:enabled, a[href]");
  target?.focus({ preventScroll: true });
  return result;
}

function nameOf(control) {
  return control.getAttribute("aria-label") || control.id || control.textContent;
}
