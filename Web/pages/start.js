import { replace, el } from "../core/dom.js";
export async function show(main) { replace(main, el("h1", {}, "start")); }
