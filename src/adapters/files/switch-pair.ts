import { basename, join } from "node:path";

import { attempt, type FileSystem } from "./file-system.ts";
import { switchFolderName, temporaryName } from "./names.ts";
import { syncFolders, type StagedFile } from "./stage.ts";

/** A staged file whose former content is kept at `backup`. */
export interface Replacement extends StagedFile {
  readonly backup: string;
}

/**
 * Replaces several plain files so that at every instant their paths hold either all old or all new content.
 * Two renames cannot do that, one can: each path first becomes a link to its own old content by way of one shared link,
 * that shared link is turned from old to new in a single rename, and then each path becomes a plain file again.
 *
 *     tls.crt -> S/now/0 -> (S/now -> old)  -> backup of tls.crt
 *     tls.key -> S/now/1 -> (S/now -> old)  -> backup of tls.key      one rename: S/now -> new
 *
 * Killed anywhere, the paths still resolve and still agree; the next plan makes them plain files.
 * What remains: a program that opened the certificate before the rename and opens the key after it has one of each.
 * No writer can prevent that with two files; etcd and the others read both again on the next handshake.
 */
export const switchTogether = (fs: FileSystem, replacements: readonly Replacement[]): void => {
  const folder = switchFolderName(replacements[0]!.target);
  const now = join(folder, "now");
  const targets = replacements.map(({ target }) => target);
  let linked = false;
  try {
    fs.mkdir(folder, 0o755);
    fillSwitchFolder(fs, folder, replacements);
    linked = true;
    for (const [index, target] of targets.entries()) {
      replaceByLink(fs, join(now, String(index)), target);
    }
    syncFolders(fs, targets);
    const next = join(folder, "next");
    fs.symlink("new", next);
    fs.rename(next, now);
    syncFolders(fs, [now]);
    for (const { temporary, target } of replacements) fs.rename(temporary, target);
    syncFolders(fs, targets);
  } catch (error) {
    if (linked) backToPlain(fs, replacements, folder);
    else {
      attempt(() => removeSwitchFolder(fs, folder));
      discard(fs, replacements);
    }
    throw error;
  }
  // The switch is done; a folder of links left behind is harmless.
  attempt(() => {
    removeSwitchFolder(fs, folder);
    syncFolders(fs, targets);
  });
};

const fillSwitchFolder = (
  fs: FileSystem,
  folder: string,
  replacements: readonly Replacement[],
): void => {
  for (const [side, contentOf] of [
    ["old", (r: Replacement) => r.backup],
    ["new", (r: Replacement) => r.temporary],
  ] as const) {
    fs.mkdir(join(folder, side), 0o755);
    for (const [index, replacement] of replacements.entries()) {
      fs.symlink(contentOf(replacement), join(folder, side, String(index)));
    }
  }
  fs.symlink("old", join(folder, "now"));
  const inside = join(folder, "now", "0");
  syncFolders(fs, [inside, join(folder, "new", "0"), join(folder, "now"), folder]);
};

const replaceByLink = (fs: FileSystem, to: string, target: string): void => {
  const link = temporaryName(target);
  fs.symlink(to, link);
  try {
    fs.rename(link, target);
  } catch (error) {
    attempt(() => fs.unlink(link));
    throw error;
  }
};

/**
 * After a failure (a full disk, say): whichever side the shared link shows, its content returns to the paths as plain files.
 * When even that fails the links stay, and they work.
 */
const backToPlain = (
  fs: FileSystem,
  replacements: readonly Replacement[],
  folder: string,
): void => {
  attempt(() => {
    const side = fs.readlink(join(folder, "now"));
    for (const [index, { target, temporary, backup }] of replacements.entries()) {
      if (!isLinkInto(fs, target, folder, index)) continue;
      if (side === "new") {
        fs.rename(temporary, target);
      } else {
        const copy = temporaryName(target);
        fs.link(backup, copy);
        fs.rename(copy, target);
      }
    }
    syncFolders(
      fs,
      replacements.map(({ target }) => target),
    );
    removeSwitchFolder(fs, folder);
    if (side === "old") discard(fs, replacements);
  });
};

const discard = (fs: FileSystem, staged: readonly StagedFile[]): void => {
  for (const { temporary } of staged) attempt(() => fs.unlink(temporary));
};

const isLinkInto = (fs: FileSystem, target: string, folder: string, index: number): boolean =>
  fs.lstat(target).isSymbolicLink() && fs.readlink(target) === join(folder, "now", String(index));

/** Removes what {@link switchTogether} makes, and nothing else. */
export const removeSwitchFolder = (fs: FileSystem, folder: string): void => {
  for (const name of fs.readdir(folder)) {
    const path = join(folder, name);
    if (!fs.lstat(path).isDirectory()) {
      fs.unlink(path);
      continue;
    }
    for (const link of fs.readdir(path)) fs.unlink(join(path, basename(link)));
    fs.rmdir(path);
  }
  fs.rmdir(folder);
};
