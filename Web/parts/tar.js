// Files with folders as one tar file: POSIX's ustar format, with pax headers where a path needs one. The files are not
// read for it, so that it may be larger than memory.

const block = 512;
const utf8 = new TextEncoder();

/** The tar file of `files`, each `{path, file}`, as one blob. */
export function tar(files) {
  const parts = [];
  for (const { path, file } of files) {
    const name = utf8.encode(path);
    if (name.length > 100 || name.length !== path.length) {
      const record = paxRecord("path", path);
      parts.push(header("pax-header", record.length, "x"), record, padding(record.length));
    }
    parts.push(header(name.slice(0, 100), file.size, "0", file.lastModified), file, padding(file.size));
  }
  parts.push(new Uint8Array(2 * block));
  return new Blob(parts, { type: "application/x-tar" });
}

// POSIX.1-2017, pax, "ustar Interchange Format".
function header(name, size, kind, modified = 0) {
  const bytes = new Uint8Array(block);
  const put = (offset, text) => bytes.set(typeof text === "string" ? utf8.encode(text) : text, offset);
  const octal = (value, digits) => value.toString(8).padStart(digits, "0");
  put(0, name);
  put(100, "0000644");
  put(108, "0000000");
  put(116, "0000000");
  if (size < 8 ** 11) {
    put(124, octal(size, 11));
  } else {
    // GNU's form of larger numbers: big-endian, with the highest bit set.
    new DataView(bytes.buffer).setBigUint64(128, BigInt(size));
    bytes[124] = 0x80;
  }
  put(136, octal(Math.max(0, Math.floor(modified / 1000)), 11));
  put(148, "        ");
  put(156, kind);
  put(257, "ustar\u000000");
  const sum = bytes.reduce((total, byte) => total + byte, 0);
  put(148, `${octal(sum, 6)}\u0000 `);
  return bytes;
}

// The length that a record begins with counts its own digits.
function paxRecord(key, value) {
  const rest = utf8.encode(` ${key}=${value}\n`).length;
  let length = rest;
  while (length !== rest + String(length).length) length = rest + String(length).length;
  return utf8.encode(`${length} ${key}=${value}\n`);
}

function padding(size) {
  return new Uint8Array((block - (size % block)) % block);
}
