import { failure } from "../../core/errors/certwright-error.ts";
import type { BackupFile, BackupObject } from "../../core/model/backup.ts";
import type { Digest } from "../../core/model/inventory.ts";
import type { BackupReader, StoredBackup } from "../../ports/backups.ts";
import { FILES, OBJECTS } from "./create.ts";
import { placeText } from "./places.ts";
import type { BackupPorts } from "./ports.ts";

/** A copied file with its bytes; without, when there was none. */
export interface CopiedFile {
  readonly file: BackupFile;
  readonly bytes?: Uint8Array;
}

/** A copied field of an object with its text's bytes. */
export interface CopiedObject {
  readonly object: BackupObject;
  readonly bytes: Uint8Array;
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
    if (held === undefined) yield { file };
    else {
      const what = placeText(file.node, file.path);
      yield { file, bytes: await takeChecked(ports, source, held, { path, what }) };
    }
  }
  await requireEnd(source, path);
};

/** The copied fields of objects, likewise. Throws backup.damaged. */
export const copiedObjects = async function* (
  ports: Pick<BackupPorts, "digests">,
  { manifest: { objects = [] }, path }: StoredBackup,
  reader: BackupReader,
): AsyncGenerator<CopiedObject> {
  if (objects.length === 0) return;
  const source = takeFrom(reader.pieces(OBJECTS));
  for (const object of objects) {
    const what = `${object.field.join(".")} of ${object.resource}`;
    yield { object, bytes: await takeChecked(ports, source, object.held, { path, what }) };
  }
  await requireEnd(source, path);
};

const takeChecked = async (
  { digests }: Pick<BackupPorts, "digests">,
  source: Source,
  { size, digest }: { readonly size: number; readonly digest: Digest },
  { path, what }: { readonly path: string; readonly what: string },
): Promise<Uint8Array> => {
  const bytes = await source.take(size);
  if (bytes.length === size && digests.sha256Hex(bytes) === digest) return bytes;
  const why = `the copy of ${what} is not what was copied`;
  throw failure("backup.damaged", { path, why });
};

const requireEnd = async (source: Source, path: string): Promise<void> => {
  if ((await source.take(1)).length === 0) return;
  throw failure("backup.damaged", { path, why: "it holds more than its manifest says" });
};

interface Source {
  readonly take: (length: number) => Promise<Uint8Array>;
}

/** Takes a number of bytes at a time, fewer only at the end. */
const takeFrom = (pieces: AsyncIterable<Uint8Array>): Source => {
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
