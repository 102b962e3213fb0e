import { createCipheriv, createDecipheriv, createHash, hkdfSync, randomBytes } from "node:crypto";
import type { FileHandle } from "node:fs/promises";

import { failure } from "../../core/errors/certwright-error.ts";
import type { Digest } from "../../core/model/inventory.ts";
import type { StoredContent } from "../../ports/backups.ts";

// Encryption of content that memory does not hold: AES-256-GCM over one piece after the other. A piece's nonce is its
// number and whether it is the last, so that none can be changed, exchanged, left out or cut off unnoticed (STREAM:
// Hoang, Reyhanitabar, Rogaway, Vizár, "Online Authenticated-Encryption and its Nonce-Reuse Misuse-Resistance", 2015;
// age's payload is made so too, c2sp.org/age). Each file has a key of its own, so that numbers may begin at zero.

/** "certwright sealed 1" and a line's end. */
const MAGIC = Buffer.from("certwright sealed 1\n");
const SALT_BYTES = 32;
const TAG_BYTES = 16;
const NONCE_BYTES = 12;
/** A disk writes a mebibyte about as fast as it can, and memory holds a few. */
const PIECE = 1024 * 1024;

const keyOf = (key: Uint8Array, salt: Uint8Array, about: string): Uint8Array =>
  new Uint8Array(hkdfSync("sha256", key, salt, about, 32));

const nonceOf = (number: number, last: boolean): Uint8Array => {
  const nonce = Buffer.alloc(NONCE_BYTES);
  nonce.writeUIntBE(number, NONCE_BYTES - 7, 6);
  nonce[NONCE_BYTES - 1] = last ? 1 : 0;
  return nonce;
};

export interface SealingFile {
  add(bytes: Uint8Array): Promise<void>;
  /** The last piece; the file is durable then. */
  end(): Promise<StoredContent>;
}

/** Seals what is added into an empty file. */
export const sealInto = async (
  file: FileHandle,
  key: Uint8Array,
  about: string,
): Promise<SealingFile> => {
  const salt = randomBytes(SALT_BYTES);
  const fileKey = keyOf(key, salt, about);
  await file.appendFile(Buffer.concat([MAGIC, salt]));
  const digest = createHash("sha256");
  const waiting = Buffer.alloc(PIECE);
  let filled = 0;
  let size = 0;
  let number = 0;
  const flush = async (last: boolean): Promise<void> => {
    const cipher = createCipheriv("aes-256-gcm", fileKey, nonceOf(number, last));
    number += 1;
    const sealed = cipher.update(waiting.subarray(0, filled));
    cipher.final();
    filled = 0;
    await file.appendFile(Buffer.concat([sealed, cipher.getAuthTag()]));
  };
  return {
    add: async (bytes) => {
      digest.update(bytes);
      size += bytes.length;
      for (let offset = 0; offset < bytes.length;) {
        // A full piece waits until more comes: the last one is marked as such.
        if (filled === PIECE) await flush(false);
        const part = bytes.subarray(offset, offset + PIECE - filled);
        waiting.set(part, filled);
        filled += part.length;
        offset += part.length;
      }
    },
    end: async () => {
      await flush(true);
      await file.sync();
      return { size, digest: digest.digest("hex") as Digest };
    },
  };
};

/** What was sealed. Throws backup.damaged at the first piece that is not as it was. */
export const unsealFrom = async function* (
  file: FileHandle,
  path: string,
  key: Uint8Array,
  about: string,
): AsyncGenerator<Uint8Array> {
  const { size } = await file.stat();
  const head = await read(file, MAGIC.length + SALT_BYTES);
  if (!head.subarray(0, MAGIC.length).equals(MAGIC)) {
    throw failure("backup.damaged", { path, why: "it does not begin as a sealed file does" });
  }
  const fileKey = keyOf(key, head.subarray(MAGIC.length), about);
  let left = size - head.length;
  for (let number = 0; ; number += 1) {
    const sealed = await read(file, PIECE + TAG_BYTES);
    left -= sealed.length;
    const last = left <= 0;
    const piece = open(sealed, fileKey, nonceOf(number, last));
    if (piece === undefined) {
      const why = `piece ${number + 1} of ${PIECE / 1024} KiB was cut off or changed`;
      throw failure("backup.damaged", { path, why });
    }
    yield piece;
    if (last) return;
  }
};

const open = (sealed: Buffer, key: Uint8Array, nonce: Uint8Array): Uint8Array | undefined => {
  if (sealed.length < TAG_BYTES) return undefined;
  const decipher = createDecipheriv("aes-256-gcm", key, nonce, { authTagLength: TAG_BYTES });
  decipher.setAuthTag(sealed.subarray(-TAG_BYTES));
  const piece = decipher.update(sealed.subarray(0, -TAG_BYTES));
  try {
    decipher.final();
    return piece;
  } catch {
    return undefined;
  }
};

/** So many bytes, or those that are left. */
const read = async (file: FileHandle, length: number): Promise<Buffer> => {
  const buffer = Buffer.alloc(length);
  let filled = 0;
  while (filled < length) {
    const { bytesRead } = await file.read(buffer, filled, length - filled, null);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return buffer.subarray(0, filled);
};
