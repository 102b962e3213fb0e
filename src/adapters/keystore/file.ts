import { randomBytes } from "node:crypto";
import { mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";

import { failure } from "../../core/errors/certwright-error.ts";
import type { Keystore } from "../../ports/keystore.ts";
import type { ExportableKey, KeyMaker, PrivateKey } from "../../ports/private-key.ts";
import { createFile, replaceFile } from "../files/create.ts";
import { fileFailure } from "../files/errno.ts";
import { fileExists } from "../files/exists.ts";
import { fileSystem } from "../files/file-system.ts";
import { readFileBounded } from "../files/read.ts";
import {
  aboutKey,
  aboutMaster,
  headerOf,
  keyFileOf,
  readHeader,
  readKeyFile,
  write,
} from "./formats.ts";
import { deriveKey, SCRYPT_COST, seal, unseal, type ScryptCost, type Sealed } from "./sealed.ts";

/** Where passphrases come from: a prompt, a file, a descriptor. The bytes are overwritten after use. */
export interface PassphraseSource {
  /** For a keystore that exists. */
  current(path: string): Promise<Uint8Array>;
  /** For one that is made now, or whose passphrase changes: a person types it twice. */
  chosen(path: string): Promise<Uint8Array>;
}

/** Encrypts what is not a key under the keystore's master key. `about` says what it is, and binds it to that. */
export interface Sealer {
  seal(plain: Uint8Array, about: string): Promise<Sealed>;
  /** Undefined when it was altered, is about something else, or of another keystore. */
  unseal(sealed: Sealed, about: string): Promise<Uint8Array | undefined>;
  /** The keystore's header: the master key under the passphrase. Kept with what was sealed, it can be opened anywhere. */
  header(): Promise<Uint8Array>;
  /** As `unseal`, with the master key of a header that was kept. Throws keystore.wrong-passphrase. */
  unsealUnder(
    header: { readonly path: string; readonly bytes: Uint8Array },
    sealed: Sealed,
    about: string,
  ): Promise<Uint8Array | undefined>;
}

export interface FileKeystore extends Keystore, Sealer {
  /** Seals the master key under another passphrase; the key files stay as they are. */
  changePassphrase(): Promise<void>;
}

/** Private keys in `directory`, encrypted. Nothing is asked for, read or made before the first key is needed. */
export const openFileKeystore = (
  directory: string,
  keyMaker: KeyMaker,
  passphrases: PassphraseSource,
  cost: ScryptCost = SCRYPT_COST,
): FileKeystore => {
  const headerPath = join(directory, "keystore.json");
  const pathOf = (id: string): string => join(directory, `${id}.json`);
  let unlocked: Promise<Uint8Array> | undefined;
  /** A CA signs many times; reading and decrypting its key takes longer than a signature. */
  const used = new Map<string, PrivateKey>();

  const unlock = (): Promise<Uint8Array> =>
    unlockHeader(headerPath, readFileBounded(headerPath).bytes);

  const unlockHeader = async (path: string, bytes: Uint8Array): Promise<Uint8Array> => {
    const header = readHeader(path, bytes);
    const passphrase = await passphrases.current(path);
    const salt = Buffer.from(header.scrypt.salt, "base64");
    const key = await deriveKey(passphrase, salt, header.scrypt);
    passphrase.fill(0);
    const master = unseal(key, header.master, aboutMaster);
    if (master === undefined) throw failure("keystore.wrong-passphrase", { path });
    return master;
  };

  const sealHeader = async (master: Uint8Array): Promise<Uint8Array> => {
    const passphrase = await passphrases.chosen(headerPath);
    const salt = randomBytes(16);
    const key = await deriveKey(passphrase, salt, cost);
    passphrase.fill(0);
    const scrypt = { N: cost.N, r: cost.r, p: cost.p, salt: salt.toString("base64") };
    return write(headerOf(scrypt, seal(key, master, aboutMaster)));
  };

  const create = async (): Promise<Uint8Array> => {
    const master = randomBytes(32);
    const header = await sealHeader(master);
    makeDirectory(directory);
    // Another process may have made one while the passphrase was typed: then that one counts.
    return createFile(fileSystem, headerPath, header) ? master : await unlock();
  };

  const unlockOrCreate = async (): Promise<Uint8Array> => {
    // Keys first: whoever puts one at this moment has made the header before it.
    const keys = keysIn(directory);
    if (fileExists(headerPath)) return await unlock();
    if (keys > 0) throw failure("keystore.no-header", { path: headerPath, keys });
    return await create();
  };

  const master = (): Promise<Uint8Array> => (unlocked ??= unlockOrCreate());

  const take = async (id: string): Promise<ExportableKey> => {
    const path = pathOf(id);
    if (!fileExists(path)) throw failure("keystore.no-key", { id, directory });
    const file = readKeyFile(path, readFileBounded(path).bytes, id);
    const pkcs8 = unseal(await master(), file.key, aboutKey(id));
    if (pkcs8 === undefined) {
      throw failure("keystore.damaged", { path, why: "it was altered, or is of another keystore" });
    }
    const key = keyMaker.load(pkcs8);
    pkcs8.fill(0);
    return key;
  };

  return {
    put: async (id, key) => {
      const sealingKey = await master();
      const pkcs8 = key.pkcs8();
      createFile(
        fileSystem,
        pathOf(id),
        write(keyFileOf(id, seal(sealingKey, pkcs8, aboutKey(id)))),
      );
      pkcs8.fill(0);
    },
    get: async (id) => {
      const key = used.get(id) ?? (await take(id));
      used.set(id, key);
      return key;
    },
    take,
    has: async (id) => fileExists(pathOf(id)),
    seal: async (plain, about) => seal(await master(), plain, about),
    unseal: async (sealed, about) => unseal(await master(), sealed, about),
    header: async () => {
      await master();
      return readFileBounded(headerPath).bytes;
    },
    unsealUnder: async ({ path, bytes }, sealed, about) =>
      unseal(await unlockHeader(path, bytes), sealed, about),
    changePassphrase: async () => {
      const header = await sealHeader(await master());
      replaceFile(fileSystem, headerPath, header);
    },
  };
};

/** How many private keys lie there, by the names that they are given: a SHA-256 in hexadecimal. */
const keysIn = (directory: string): number => {
  if (!fileExists(directory)) return 0;
  try {
    return readdirSync(directory).filter((name) => /^[0-9a-f]{64}\.json$/.test(name)).length;
  } catch (error) {
    throw fileFailure(fileSystem, directory, "read", error);
  }
};

const makeDirectory = (directory: string): void => {
  try {
    mkdirSync(directory, { recursive: true, mode: 0o700 });
  } catch (error) {
    throw fileFailure(fileSystem, directory, "write", error);
  }
};
