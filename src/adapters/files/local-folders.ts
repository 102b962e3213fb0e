import { chmodSync, chownSync, mkdirSync } from "node:fs";
import type { Folders } from "../../ports/folders.ts";
import { fileFailure } from "./errno.ts";
import { fileSystem } from "./file-system.ts";

/** Folders of this machine. */
export const localFolders: Folders = {
  async make({ path, mode, uid, gid }) {
    try {
      const first = mkdirSync(path, { recursive: true, mode });
      if (first === undefined) return;
      // The process's umask may have taken bits away.
      chmodSync(path, mode);
      if (uid !== undefined && gid !== undefined) chownSync(path, uid, gid);
    } catch (error) {
      throw fileFailure(fileSystem, path, "write", error);
    }
  },
};
