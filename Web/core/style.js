// Sheets that only some pages need.

import { el } from "./dom.js";

/** Loads `web/styles/<name>.css`, once; resolves when it applies, so that nothing is shown without it. */
export function useStyle(name) {
  const address = `web/styles/${name}.css`;
  if (document.querySelector(`link[href="${address}"]`)) return Promise.resolve();
  return new Promise((resolve, reject) => {
    document.head.append(
      el("link", { rel: "stylesheet", href: address, onload: resolve, onerror: () => reject(new Error(`no ${address}`)) }));
  });
}
