import { open, unlink } from "node:fs/promises";

import { failure } from "../../core/errors/certwright-error.ts";
import type { BackupGroup } from "../../core/model/backup.ts";
import { fileFailure } from "../files/errno.ts";
import { fileSystem } from "../files/file-system.ts";
import { syncFolders } from "../files/stage.ts";

/** Writes a snapshot into a new file that only its owner can read; none is left when that fails. Throws file.*. */
export const storeDecrypted = async (
  path: string,
  { size }: Pick<BackupGroup, "size">,
  pieces: AsyncIterable<Uint8Array>,
): Promise<void> => {
  let created = false;
  try {
    await using file = await open(path, "wx", 0o600);
    created = true;
    let written = 0;
    for await (const piece of pieces) {
      await file.appendFile(piece);
      written += piece.length;
    }
    if (written !== size) {
      throw failure("backup.damaged", { path, why: `the snapshot has ${written} bytes` });
    }
    await file.sync();
  } catch (error) {
    if (created) await unlink(path).catch(() => undefined);
    if ((error as NodeJS.ErrnoException).code === "EEXIST") {
      throw failure("backup.file-exists", { path }, error);
    }
    throw fileFailure(fileSystem, path, "write", error);
  }
  syncFolders(fileSystem, [path]);
};
