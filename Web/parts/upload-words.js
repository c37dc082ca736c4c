// How uploads are spoken of.

import { el } from "../core/dom.js";
import { time } from "../core/format.js";

/** The name of an upload; its id where it has none. */
export function uploadName(upload) {
  return upload.upload_name || upload.upload_id;
}

/** How its processing stands, as a badge. */
export function stateBadge(upload) {
  const kind = upload.process_running
    ? "waiting" : upload.process_status === "FAILURE" ? "bad" : upload.errors.length ? "mixed" : "good";
  const text = upload.process_running
    ? (upload.process_status === "PENDING" ? "waiting" : "being processed")
    : upload.process_status === "FAILURE" ? "failed"
      : upload.errors.length ? "processed, with errors"
        : upload.entries ? "processed" : "empty";
  return el("span", { class: `badge ${kind}` }, text);
}

/** Who can read it, as a badge. */
export function accessBadge(upload) {
  if (upload.with_embargo && upload.published) {
    return el("span", { class: "badge mixed" }, "embargo until ", time(embargoEnd(upload).toISOString()));
  }
  return upload.published
    ? el("span", { class: "badge good" }, "public")
    : el("span", { class: "badge" }, upload.viewers.length + upload.viewer_groups.length > 1 ? "shared" : "private");
}

/** When the embargo of a published upload ends. */
export function embargoEnd(upload) {
  const end = new Date(upload.publish_time);
  end.setMonth(end.getMonth() + upload.embargo_length);
  return end;
}

/**
 * What `user` may do with it: the rules of docs/api.md, so that nothing is offered that the server would refuse. Who is not
 * logged in may do nothing.
 * `groupIDs`: the groups that the user is in.
 */
export function rights(upload, user, groupIDs) {
  if (!user) return {};
  const isAdmin = user.is_admin;
  const isMain = upload.main_author === user.user_id;
  const isWriter = upload.writers.includes(user.user_id) || upload.writer_groups.some((id) => groupIDs.includes(id));
  return {
    edit: isAdmin || isWriter,
    license: isAdmin || (isWriter && !upload.published),
    addFiles: isAdmin || (isWriter && !upload.published),
    share: isAdmin || isMain,
    publish: (isAdmin || isMain) && !upload.published && upload.entries > 0 && upload.process_status !== "FAILURE",
    liftEmbargo: (isAdmin || isMain) && upload.published && upload.with_embargo,
    delete: isAdmin || (isMain && !upload.published),
    administer: isAdmin,
  };
}
