import { dirname } from "node:path";

import { fileFailure } from "./errno.ts";
import { fileSystem, isMissing } from "./file-system.ts";

/**
 * Whether something is at this path, symbolic links followed. What may not be looked at is not absent:
 * file.permission then names the folder that is closed, with its owner.
 */
export const fileExists = (path: string): boolean => {
  try {
    fileSystem.stat(path);
    return true;
  } catch (error) {
    if (isMissing(error)) return false;
    const isClosed = (error as NodeJS.ErrnoException).code === "EACCES";
    throw fileFailure(fileSystem, isClosed ? closedFolder(path) : path, "read", error);
  }
};

/** The nearest folder above that can be looked at is the one that lets nobody in. */
const closedFolder = (path: string): string => {
  const folder = dirname(path);
  if (folder === path) return path;
  try {
    fileSystem.stat(folder);
    return folder;
  } catch {
    return closedFolder(folder);
  }
};
