import { failure } from "../../core/errors/certwright-error.ts";
import type { BackupFile } from "../../core/model/backup.ts";
import type { BackupReader, StoredBackup } from "../../ports/backups.ts";
import { FILES } from "./create.ts";
import { placeText } from "./places.ts";
import type { BackupPorts } from "./ports.ts";

/** A copied file with its bytes; without, when there was none. */
export interface CopiedFile {
  readonly file: BackupFile;
  readonly bytes?: Uint8Array;
}

/** The copied files, one after the other, each compared with its digest. Throws backup.damaged. */
export const copiedFiles = async function* (
  ports: Pick<BackupPorts, "digests">,
  { manifest, path }: StoredBackup,
  reader: BackupReader,
): AsyncGenerator<CopiedFile> {
  const source = takeFrom(reader.pieces(FILES));
  for (const file of manifest.files) {
    const { held } = file;
    if (held === undefined) {
      yield { file };
      continue;
    }
    const bytes = await source.take(held.size);
    if (bytes.length !== held.size || ports.digests.sha256Hex(bytes) !== held.digest) {
      const why = `the copy of ${placeText(file.node, file.path)} is not what was copied`;
      throw failure("backup.damaged", { path, why });
    }
    yield { file, bytes };
  }
  if ((await source.take(1)).length > 0) {
    throw failure("backup.damaged", { path, why: "it holds more than its manifest says" });
  }
};

/** Takes a number of bytes at a time, fewer only at the end. */
const takeFrom = (pieces: AsyncIterable<Uint8Array>) => {
  const iterator = pieces[Symbol.asyncIterator]();
  let waiting: Uint8Array = new Uint8Array(0);
  return {
    take: async (length: number): Promise<Uint8Array> => {
      const taken = new Uint8Array(length);
      let filled = 0;
      while (filled < length) {
        if (waiting.length === 0) {
          const next = await iterator.next();
          if (next.done === true) break;
          waiting = next.value;
          continue;
        }
        const part = waiting.subarray(0, length - filled);
        taken.set(part, filled);
        filled += part.length;
        waiting = waiting.subarray(part.length);
      }
      return taken.subarray(0, filled);
    },
  };
};
