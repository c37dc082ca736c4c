// The files of a drop or of a field, with the folders that they stand in.

/** The files of a field: `{path, file}`. */
export function filesOfField(input) {
  return [...input.files].map((file) => ({ path: file.webkitRelativePath || file.name, file }));
}

/** The files that were dropped, those in folders too: `{path, file}`. To be called while the event lasts. */
export async function filesOfDrop(transfer) {
  // What is dropped can only be asked for at once, before anything is waited for.
  const entries = [...transfer.items].filter((item) => item.kind === "file").map((item) => item.webkitGetAsEntry());
  const files = [...transfer.files];
  if (!entries.length || entries.some((entry) => entry === null)) return files.map((file) => ({ path: file.name, file }));
  return (await Promise.all(entries.map((entry) => filesOfEntry(entry, "")))).flat();
}

async function filesOfEntry(entry, folder) {
  const path = folder + entry.name;
  if (entry.isFile) {
    return [{ path, file: await new Promise((resolve, reject) => entry.file(resolve, reject)) }];
  }
  const reader = entry.createReader();
  const found = [];
  for (;;) {
    // One call gives a part of a large folder.
    const some = await new Promise((resolve, reject) => reader.readEntries(resolve, reject));
    if (!some.length) break;
    for (const child of some) found.push(...await filesOfEntry(child, `${path}/`));
  }
  return found;
}
