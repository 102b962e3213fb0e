import { constants } from "node:fs";
import { dirname } from "node:path";

import { failure } from "../../core/errors/certwright-error.ts";
import { fileFailure } from "./errno.ts";
import { attempt, type FileSystem } from "./file-system.ts";
import { temporaryName } from "./names.ts";

export interface StagedFile {
  readonly target: string;
  /** Complete, durable, with its final mode and owner; a rename away from being the target. */
  readonly temporary: string;
}

/**
 * Writes a temporary file in the target's folder. It is 0600 while it is written, whatever the umask,
 * and only then gets its owner and mode, so that a key is never readable by others. Removes it again when any of this fails.
 */
export const stage = (
  fs: FileSystem,
  file: {
    readonly target: string;
    readonly content: Uint8Array;
    readonly mode: number;
    /** Absent: whoever this process is. */
    readonly uid?: number;
    readonly gid?: number;
  },
): StagedFile => {
  const { target } = file;
  const temporary = temporaryName(target);
  let descriptor: number | undefined;
  try {
    descriptor = fs.open(
      temporary,
      constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW,
      0o600,
    );
    for (let offset = 0; offset < file.content.length;) {
      offset += fs.write(descriptor, file.content, offset);
    }
    const own = fs.fstat(descriptor);
    const { uid = own.uid, gid = own.gid } = file;
    if (uid !== own.uid || gid !== own.gid) giveTo(fs, descriptor, { target, uid, gid });
    fs.fchmod(descriptor, file.mode);
    fs.fsync(descriptor);
    const open = descriptor;
    descriptor = undefined;
    fs.close(open);
    return { target, temporary };
  } catch (error) {
    if (descriptor !== undefined) attempt(() => fs.close(descriptor!));
    attempt(() => fs.unlink(temporary));
    throw fileFailure(fs, target, "write", error);
  }
};

const giveTo = (
  fs: FileSystem,
  descriptor: number,
  file: { readonly target: string; readonly uid: number; readonly gid: number },
): void => {
  try {
    fs.fchown(descriptor, file.uid, file.gid);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EPERM") throw error;
    const as = process.getuid?.() ?? -1;
    throw failure(
      "file.owner-not-settable",
      { path: file.target, uid: file.uid, gid: file.gid, as },
      error,
    );
  }
};

/** Makes renames and new names in these files' folders durable. */
export const syncFolders = (fs: FileSystem, paths: readonly string[]): void => {
  for (const folder of new Set(paths.map((path) => dirname(path)))) {
    const descriptor = fs.open(folder, constants.O_RDONLY | constants.O_DIRECTORY);
    try {
      fs.fsync(descriptor);
    } finally {
      fs.close(descriptor);
    }
  }
};
