import { fileFailure } from "./errno.ts";
import { attempt, type FileSystem } from "./file-system.ts";
import { stage, syncFolders, type StagedFile } from "./stage.ts";

/** Gives a staged file its name, unless that name is taken: then false, and the staged file is gone. */
export const placeNew = (fs: FileSystem, { temporary, target }: StagedFile): boolean => {
  try {
    // Unlike a rename, a link never replaces what appeared in the meantime.
    fs.link(temporary, target);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw fileFailure(fs, target, "write", error);
  } finally {
    attempt(() => fs.unlink(temporary));
  }
};

/**
 * Files of certwright's own, 0600: whole and durable when this returns.
 * Returns false, and writes nothing, when the file is there already.
 */
export const createFile = (fs: FileSystem, target: string, content: Uint8Array): boolean => {
  const created = placeNew(fs, stagePrivately(fs, target, content));
  if (created) syncFolders(fs, [target]);
  return created;
};

export const replaceFile = (fs: FileSystem, target: string, content: Uint8Array): void => {
  const { temporary } = stagePrivately(fs, target, content);
  try {
    fs.rename(temporary, target);
  } catch (error) {
    attempt(() => fs.unlink(temporary));
    throw fileFailure(fs, target, "write", error);
  }
  syncFolders(fs, [target]);
};

const stagePrivately = (fs: FileSystem, target: string, content: Uint8Array): StagedFile =>
  stage(fs, { target, content, mode: 0o600 });
