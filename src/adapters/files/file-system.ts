import fs from "node:fs";

/**
 * The file operations that certwright's files and writer are made of, so that a test can fail each one.
 * Synchronous, because an effect between two renames is what must not be delayed.
 */
export const fileSystem = {
  lstat: (path: string) => fs.lstatSync(path),
  stat: (path: string) => fs.statSync(path),
  fstat: (descriptor: number) => fs.fstatSync(descriptor),
  open: (path: string, flags: number, mode?: number) => fs.openSync(path, flags, mode),
  read: (descriptor: number, into: Uint8Array, offset: number) =>
    fs.readSync(descriptor, into, offset, into.length - offset, null),
  write: (descriptor: number, bytes: Uint8Array, offset: number) =>
    fs.writeSync(descriptor, bytes, offset, bytes.length - offset),
  fsync: (descriptor: number) => fs.fsyncSync(descriptor),
  truncate: (descriptor: number, length: number) => fs.ftruncateSync(descriptor, length),
  fchmod: (descriptor: number, mode: number) => fs.fchmodSync(descriptor, mode),
  fchown: (descriptor: number, uid: number, gid: number) => fs.fchownSync(descriptor, uid, gid),
  close: (descriptor: number) => fs.closeSync(descriptor),
  rename: (from: string, to: string) => fs.renameSync(from, to),
  link: (from: string, to: string) => fs.linkSync(from, to),
  unlink: (path: string) => fs.unlinkSync(path),
  symlink: (target: string, path: string) => fs.symlinkSync(target, path),
  readlink: (path: string) => fs.readlinkSync(path),
  realpath: (path: string) => fs.realpathSync(path),
  mkdir: (path: string, mode: number) => fs.mkdirSync(path, { mode }),
  rmdir: (path: string) => fs.rmdirSync(path),
  readdir: (path: string) => fs.readdirSync(path),
};

export type FileSystem = typeof fileSystem;

export const isMissing = (error: unknown): boolean =>
  (error as NodeJS.ErrnoException).code === "ENOENT";

/** Cleaning up after a failure must not hide that failure. */
export const attempt = (clean: () => void): void => {
  try {
    clean();
  } catch {
    // The first error is the one to report.
  }
};
