import { dirname, join } from "node:path";

import type { FileSystem } from "./file-system.ts";
import { isTemporaryNameOf, SWITCH_PREFIX } from "./names.ts";
import { removeSwitchFolder } from "./switch-pair.ts";

/** What is this old belongs to a run that was killed, not to one under way: writing takes milliseconds. */
const LEFTOVER_AGE = 60 * 60 * 1000;

/**
 * Removes what killed runs left beside files that were just written. `interrupted` are the folders of killed switches
 * that these files went through until now: those need not grow old first.
 */
export const removeLeftovers = (
  fs: FileSystem,
  now: Date,
  written: readonly string[],
  interrupted: ReadonlySet<string>,
): void => {
  const isOld = (path: string): boolean => now.getTime() - fs.lstat(path).mtimeMs > LEFTOVER_AGE;
  const switches = new Set(interrupted);
  for (const folder of new Set(written.map((path) => dirname(path)))) {
    const targets = written.filter((path) => dirname(path) === folder);
    for (const name of fs.readdir(folder)) {
      const path = join(folder, name);
      // A switch under way reads through temporary files, but only of targets that are links: these are plain now.
      if (targets.some((target) => isTemporaryNameOf(target, name))) {
        if (isOld(path)) fs.unlink(path);
      } else if (name.startsWith(SWITCH_PREFIX) && isOld(path)) {
        switches.add(path);
      }
    }
  }
  for (const folder of switches) {
    if (!isInUse(fs, folder)) removeSwitchFolder(fs, folder);
  }
};

/** Whether a path still leads through the switch; a pair's files may be in two folders. */
const isInUse = (fs: FileSystem, folder: string): boolean => {
  const places = new Set([dirname(folder)]);
  for (const side of fs.readdir(folder).filter((name) => name === "old" || name === "new")) {
    for (const name of fs.readdir(join(folder, side))) {
      places.add(dirname(fs.readlink(join(folder, side, name))));
    }
  }
  return [...places].some((place) =>
    fs.readdir(place).some((name) => {
      const path = join(place, name);
      return fs.lstat(path).isSymbolicLink() && fs.readlink(path).startsWith(`${folder}/`);
    }),
  );
};
