import { basename, dirname, join, resolve } from "node:path";

import { failure } from "../../core/errors/certwright-error.ts";
import type { DesiredFile, FileChange, FileFacts } from "../../ports/files.ts";
import { fileFailure } from "./errno.ts";
import { isMissing, type FileSystem } from "./file-system.ts";
import { SWITCH_PREFIX } from "./names.ts";
import { digestOf, readFileBounded } from "./read.ts";

/** What stands at a path before a change. */
export interface Present {
  readonly target: string;
  readonly facts?: FileFacts;
  /** The folder of a switch that was killed half-way: the path is a link into it and becomes a plain file again. */
  readonly interruptedSwitch?: string;
}

export const look = (fs: FileSystem, path: string): Present => {
  const place = targetOf(fs, path);
  try {
    fs.lstat(place.target);
  } catch (error) {
    if (isMissing(error)) return place;
    throw fileFailure(fs, path, "read", error);
  }
  return { ...place, facts: readFileBounded(place.target, { fs }).facts };
};

/** Links that an operator laid are followed and kept; links of our own interrupted switch are replaced. */
const targetOf = (fs: FileSystem, path: string): Present => {
  const absolute = resolve(path);
  try {
    if (!fs.lstat(absolute).isSymbolicLink()) {
      return { target: join(fs.realpath(dirname(absolute)), basename(absolute)) };
    }
    const link = fs.readlink(absolute);
    const folder = dirname(dirname(link));
    if (basename(folder).startsWith(SWITCH_PREFIX)) {
      return { target: absolute, interruptedSwitch: folder };
    }
    return { target: fs.realpath(absolute) };
  } catch (error) {
    if (!isMissing(error)) throw fileFailure(fs, path, "read", error);
    return { target: absolute };
  }
};

/** Compares what is wanted with what is there; see Files.plan. */
export const planFiles = (
  fs: FileSystem,
  desired: readonly DesiredFile[],
): readonly FileChange[] => {
  const planned = new Set<string>();
  return desired.map((file) => {
    const present = look(fs, file.path);
    if (planned.has(present.target)) {
      throw failure("file.planned-twice", { path: file.path, target: present.target });
    }
    planned.add(present.target);
    return compare(file, present);
  });
};

const compare = (file: DesiredFile, present: Present): FileChange => {
  const before = present.facts;
  const after: FileFacts = {
    digest: digestOf(file.content),
    size: file.content.length,
    mode: file.mode,
    uid: file.uid ?? before?.uid ?? process.getuid?.() ?? 0,
    gid: file.gid ?? before?.gid ?? process.getgid?.() ?? 0,
  };
  return {
    action: actionOf(before, after, present.interruptedSwitch !== undefined),
    path: file.path,
    target: present.target,
    ...(before === undefined ? {} : { before }),
    after,
    ...(file.pair === undefined ? {} : { pair: file.pair }),
  };
};

const actionOf = (
  before: FileFacts | undefined,
  after: FileFacts,
  interrupted: boolean,
): FileChange["action"] => {
  if (before === undefined) return "create";
  if (before.digest !== after.digest) return "replace";
  return sameFacts(before, after) && !interrupted ? "unchanged" : "adjust";
};

export const sameFacts = (a: FileFacts, b: FileFacts): boolean =>
  a.digest === b.digest && a.mode === b.mode && a.uid === b.uid && a.gid === b.gid;
