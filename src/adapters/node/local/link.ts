import fs from "node:fs";
import { isAbsolute } from "node:path";

import { failure } from "../../../core/errors/certwright-error.ts";
import type { NodeLink, NodeLinkFacts } from "../../../ports/node.ts";
import { attempt, fileSystem, isMissing } from "../../files/file-system.ts";
import { temporaryName } from "../../files/names.ts";
import { syncFolders } from "../../files/stage.ts";
import { nameFailure } from "./name-failure.ts";
import { removeTemporaries } from "./write.ts";

/** See NodeSession.readLink. */
export const readLinkLocal = (node: string, path: string): NodeLinkFacts | undefined => {
  if (!isAbsolute(path)) throw failure("node.path-not-absolute", { node, path });
  try {
    const stats = fileSystem.lstat(path);
    if (!stats.isSymbolicLink()) throw failure("node.not-a-link", { node, path });
    return { target: fileSystem.readlink(path), changedAt: Math.trunc(stats.ctimeMs) };
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw nameFailure(node, path, "read", error);
  }
};

/** See NodeSession.link. */
export const linkLocal = (node: string, { path, target, expect }: NodeLink): void => {
  if (!isAbsolute(target)) throw failure("node.path-not-absolute", { node, path: target });
  const requireExpected = (): void => {
    const now = readLinkLocal(node, path)?.target;
    if (now === expect) return;
    const found =
      expect === undefined ? "was created" : now === undefined ? "was removed" : "was changed";
    throw failure("node.changed", { node, path, found });
  };
  requireExpected();
  if (fs.statSync(path, { throwIfNoEntry: false })?.isDirectory() === true) {
    throw failure("node.not-a-file", { node, path, why: "a link to a folder" });
  }
  try {
    removeTemporaries(path);
    if (expect === undefined) {
      // Unlike a rename, it never replaces what appeared in the meantime.
      fileSystem.symlink(target, path);
    } else {
      const temporary = temporaryName(path);
      fileSystem.symlink(target, temporary);
      try {
        requireExpected();
        fileSystem.rename(temporary, path);
      } catch (error) {
        attempt(() => fileSystem.unlink(temporary));
        throw error;
      }
    }
    syncFolders(fileSystem, [path]);
  } catch (error) {
    throw nameFailure(node, path, "write", error);
  }
};
