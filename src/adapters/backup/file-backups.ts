import { hash, randomBytes } from "node:crypto";
import { constants, existsSync, readdirSync, renameSync } from "node:fs";
import { open } from "node:fs/promises";
import { join } from "node:path";

import { CertwrightError, failure, isFailure } from "../../core/errors/certwright-error.ts";
import type { BackupManifest } from "../../core/model/backup.ts";
import type { Digest } from "../../core/model/inventory.ts";
import type { BackupReader, Backups, BackupWriter, StoredBackup } from "../../ports/backups.ts";
import { createFile, replaceFile } from "../files/create.ts";
import { fileFailure } from "../files/errno.ts";
import { fileSystem } from "../files/file-system.ts";
import { readFileBounded } from "../files/read.ts";
import { syncFolders } from "../files/stage.ts";
import type { Sealer } from "../keystore/file.ts";
import type { Sealed } from "../keystore/sealed.ts";
import { readKeyFile, readManifest, readVerification } from "./formats.ts";
import { sealInto, unsealFrom } from "./sealed-stream.ts";
import { makeWorkplace, removeWorkplace } from "./workplace.ts";

const MANIFEST = "manifest.json";
/** The backup's own key, sealed under the keystore's master key and bound to the manifest. */
const KEY = "key.json";
/** So that the backup can be opened where the keystore is lost, too: the passphrase of that time opens it. */
const KEYSTORE = "keystore.json";
const VERIFICATION = "verification.json";

/** A word that is safe as a folder's name; a leading dot is for folders that are worked in. */
const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,79}$/;

const aboutKey = (id: string, manifest: Digest): string => `certwright-backup 1 ${id} ${manifest}`;
const aboutContent = (id: string, name: string): string => `certwright-backup 1 ${id} ${name}`;

/** Backups in `directory`, one folder each. */
export const fileBackups = (directory: string, sealer: Sealer): Backups => {
  const find: Backups["find"] = async (id) => {
    if (!NAME.test(id)) throw failure("backup.invalid-name", { id });
    const path = join(directory, id);
    return existsSync(join(path, MANIFEST)) ? readStored(path) : undefined;
  };
  return {
    list: async () => {
      const backups: StoredBackup[] = [];
      const unreadable: { path: string; why: string }[] = [];
      const names = existsSync(directory) ? readdirSync(directory) : [];
      for (const name of names.filter((one) => NAME.test(one))) {
        try {
          const found = await find(name);
          if (found !== undefined) backups.push(found);
        } catch (error) {
          if (!(error instanceof CertwrightError)) throw error;
          unreadable.push({ path: join(directory, name), why: error.message });
        }
      }
      backups.sort((a, b) => a.manifest.createdAt - b.manifest.createdAt);
      return { backups, unreadable };
    },
    find,
    begin: async (id) => {
      if ((await find(id)) !== undefined) throw failure("backup.exists", { id });
      return beginBackup(directory, id, sealer);
    },
    open: (backup) => openBackup(backup, sealer),
    note: async ({ path }, verification) =>
      replaceFile(fileSystem, join(path, VERIFICATION), json(verification)),
  };
};

const json = (value: unknown): Uint8Array =>
  new TextEncoder().encode(`${JSON.stringify(value, undefined, 2)}\n`);

const digestOf = (bytes: Uint8Array): Digest => hash("sha256", bytes, "hex") as Digest;

const readStored = (path: string): StoredBackup => {
  const at = join(path, MANIFEST);
  const { bytes } = readFileBounded(at);
  const manifest = readManifest(at, bytes);
  const digest = digestOf(bytes);
  const seen = join(path, VERIFICATION);
  const verification = existsSync(seen)
    ? readVerification(seen, readFileBounded(seen).bytes, digest)
    : undefined;
  return { manifest, digest, path, ...(verification === undefined ? {} : { verification }) };
};

const beginBackup = async (
  directory: string,
  id: string,
  sealer: Sealer,
): Promise<BackupWriter> => {
  const header = await sealer.header();
  const key = randomBytes(32);
  const folder = makeWorkplace(directory, "partial");
  const finish = (): void => removeWorkplace(folder);
  // Whoever is interrupted leaves nothing; whoever is killed leaves what the next one sweeps.
  process.once("exit", finish);
  const done = (): void => {
    process.off("exit", finish);
    key.fill(0);
  };
  return {
    store: async (name, fill) => {
      const path = join(folder, `${name}.sealed`);
      try {
        const { O_WRONLY, O_CREAT, O_TRUNC } = constants;
        await using file = await open(path, O_WRONLY | O_CREAT | O_TRUNC, 0o600);
        const sealing = await sealInto(file, key, aboutContent(id, name));
        await fill(sealing.add);
        return await sealing.end();
      } catch (error) {
        throw fileFailure(fileSystem, path, "write", error);
      }
    },
    complete: async (manifest: BackupManifest) => {
      const bytes = json(manifest);
      // What we could not read again is no backup.
      readManifest(join(folder, MANIFEST), bytes);
      const sealed = await sealer.seal(key, aboutKey(id, digestOf(bytes)));
      createFile(fileSystem, join(folder, KEYSTORE), header);
      createFile(
        fileSystem,
        join(folder, KEY),
        json({ format: "certwright-backup-key/1", sealed }),
      );
      createFile(fileSystem, join(folder, MANIFEST), bytes);
      const target = join(directory, id);
      try {
        renameSync(folder, target);
      } catch (error) {
        const { code } = error as NodeJS.ErrnoException;
        if (code !== "ENOTEMPTY" && code !== "EEXIST") {
          throw fileFailure(fileSystem, target, "write", error);
        }
        finish();
        return false;
      } finally {
        done();
      }
      syncFolders(fileSystem, [target]);
      return true;
    },
    abandon: async () => {
      done();
      finish();
    },
  };
};

const openBackup = async (
  { path, manifest, digest }: StoredBackup,
  sealer: Sealer,
): Promise<BackupReader> => {
  const keyPath = join(path, KEY);
  const sealed = readKeyFile(keyPath, readFileBounded(keyPath).bytes);
  const key = await unsealKey(path, sealed, aboutKey(manifest.id, digest), sealer);
  return {
    pieces: async function* (name) {
      const at = join(path, `${name}.sealed`);
      try {
        await using file = await open(at, constants.O_RDONLY);
        yield* unsealFrom(file, at, key, aboutContent(manifest.id, name));
      } catch (error) {
        const { code } = error as NodeJS.ErrnoException;
        if (code === "ENOENT") throw failure("backup.damaged", { path: at, why: "it is missing" });
        throw fileFailure(fileSystem, at, "read", error);
      }
    },
  };
};

const unsealKey = async (
  path: string,
  sealed: Sealed,
  about: string,
  sealer: Sealer,
): Promise<Uint8Array> => {
  const key = await sealer.unseal(sealed, about);
  if (key !== undefined) return key;
  // Another master key, or an altered manifest: the header that was kept tells which.
  const header = join(path, KEYSTORE);
  const { bytes } = readFileBounded(header);
  if (Buffer.compare(bytes, await sealer.header()) !== 0) {
    const other = await underKept(sealer, path, { path: header, bytes }, sealed, about);
    if (other !== undefined) return other;
  }
  const why = "its manifest is not the one that it was sealed with";
  throw failure("backup.damaged", { path, why });
};

const underKept = async (
  sealer: Sealer,
  backup: string,
  ...words: Parameters<Sealer["unsealUnder"]>
): Promise<Uint8Array | undefined> => {
  try {
    return await sealer.unsealUnder(...words);
  } catch (error) {
    if (!isFailure(error, "keystore.wrong-passphrase")) throw error;
    throw failure("backup.not-opened", { path: backup }, error);
  }
};
