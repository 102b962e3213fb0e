import { hash } from "node:crypto";
import { constants, type Stats } from "node:fs";

import { failure } from "../../core/errors/certwright-error.ts";
import type { FileFacts, ReadFile } from "../../ports/files.ts";
import { fileFailure } from "./errno.ts";
import { attempt, fileSystem, type FileSystem } from "./file-system.ts";

/**
 * Bytes that are read of one file. The largest inputs are revocation lists, about 35 bytes an entry:
 * 16 MiB hold more than 400,000. System trust bundles are about 230 kB, a Kubernetes Secret at most 1 MiB.
 */
export const FILE_SIZE_LIMIT = 16 * 1024 * 1024;

/**
 * The whole of a regular file, symbolic links followed. Never blocks on a FIFO and never opens a device:
 * the kind is looked at before opening, and again on the open descriptor, since the path may change between.
 */
export const readFileBounded = (
  path: string,
  options: { readonly limit?: number; readonly fs?: FileSystem } = {},
): ReadFile => {
  const { limit = FILE_SIZE_LIMIT, fs = fileSystem } = options;
  let descriptor: number | undefined;
  try {
    requireRegular(path, fs.stat(path), limit);
    descriptor = fs.open(path, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY);
    const stats = fs.fstat(descriptor);
    requireRegular(path, stats, limit);
    const bytes = readAll(fs, descriptor, path, stats.size, limit);
    return { path, bytes, facts: factsOf(stats, bytes) };
  } catch (error) {
    throw fileFailure(fs, path, "read", error);
  } finally {
    const open = descriptor;
    // Nothing was written: a failing close loses nothing.
    if (open !== undefined) attempt(() => fs.close(open));
  }
};

const requireRegular = (path: string, stats: Stats, limit: number): void => {
  if (stats.isDirectory()) throw failure("file.is-directory", { path });
  if (!stats.isFile()) throw failure("file.not-regular", { path, kind: kindOf(stats) });
  if (stats.size > limit) throw failure("file.too-big", { path, size: stats.size, limit });
};

const kindOf = (stats: Stats): string => {
  if (stats.isFIFO()) return "FIFO";
  if (stats.isSocket()) return "socket";
  return stats.isBlockDevice() ? "block device" : "character device";
};

// The size is a first guess only: files of /proc say 0, and a log may grow while it is read.
const readAll = (
  fs: FileSystem,
  descriptor: number,
  path: string,
  size: number,
  limit: number,
): Uint8Array => {
  let bytes = new Uint8Array(size + 1);
  let length = 0;
  for (;;) {
    const count = fs.read(descriptor, bytes, length);
    if (count === 0) return bytes.subarray(0, length);
    length += count;
    if (length > limit) throw failure("file.too-big", { path, size: length, limit });
    if (length === bytes.length) {
      const larger = new Uint8Array(Math.min(limit + 1, length * 2 + 4096));
      larger.set(bytes);
      bytes = larger;
    }
  }
};

export const digestOf = (bytes: Uint8Array): string => hash("sha256", bytes, "hex");

const factsOf = (stats: Stats, bytes: Uint8Array): FileFacts => ({
  digest: digestOf(bytes),
  size: bytes.length,
  mode: stats.mode & 0o7777,
  uid: stats.uid,
  gid: stats.gid,
});
