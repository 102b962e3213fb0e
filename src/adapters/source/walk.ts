import { readdirSync, statSync, type Dirent } from "node:fs";
import { join } from "node:path";
import { fileFailure } from "../files/errno.ts";
import { fileSystem } from "../files/file-system.ts";

/** What a folder holds, and what was left out of it. */
export interface Walk {
  /** Paths of regular files (and of links to them), sorted. */
  readonly files: readonly string[];
  /** Folders that could not be listed. */
  readonly unreadable: readonly Error[];
  /** True when the limit ended the walk. */
  readonly cut: boolean;
}

export interface WalkLimits {
  /** A kubeadm node has 30 files of PKI, a build tree of Kubernetes 40,000: somebody named the wrong folder then. */
  readonly files: number;
  readonly depth: number;
}

export const walkLimits: WalkLimits = { files: 10_000, depth: 16 };

/**
 * All files under a folder. Links to files are followed and links to folders are not, so that no walk is endless.
 * Kubernetes mounts a Secret as links into a hidden folder "..2026_…"; that folder is left out, its files are not.
 */
export const walkFolder = (folder: string, limits: WalkLimits = walkLimits): Walk => {
  const files: string[] = [];
  const unreadable: Error[] = [];
  let cut = false;
  const visit = (path: string, depth: number): void => {
    let entries: Dirent[];
    try {
      entries = readdirSync(path, { withFileTypes: true });
    } catch (error) {
      unreadable.push(fileFailure(fileSystem, path, "read", error));
      return;
    }
    for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
      if (entry.name.startsWith("..")) continue;
      const child = join(path, entry.name);
      if (entry.isDirectory()) {
        if (depth < limits.depth) visit(child, depth + 1);
        else cut = true;
      } else if (entry.isFile() || (entry.isSymbolicLink() && leadsToFile(child))) {
        if (files.length >= limits.files) cut = true;
        else files.push(child);
      }
      if (files.length >= limits.files && cut) return;
    }
  };
  visit(folder, 0);
  return { files, unreadable, cut };
};

// A dangling link counts as a file: reading it says what is wrong with it.
const leadsToFile = (path: string): boolean => {
  const stats = statSync(path, { throwIfNoEntry: false });
  return stats === undefined || stats.isFile();
};
