import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";

import type { BackupManifest } from "../../core/model/backup.ts";
import type { Backups, StoredBackup } from "../../ports/backups.ts";
import { keyMaker } from "../crypto/node-keys.ts";
import { openFileKeystore, type FileKeystore } from "../keystore/file.ts";
import { fileBackups } from "./file-backups.ts";

const COST = { N: 1024, r: 8, p: 1 };

const keystore = (folder: string, passphrase: string, chosen = passphrase): FileKeystore =>
  openFileKeystore(
    join(folder, "keys"),
    keyMaker,
    {
      current: async () => new TextEncoder().encode(passphrase),
      chosen: async () => new TextEncoder().encode(chosen),
    },
    COST,
  );

const inFolder = async (use: (folder: string) => Promise<void>): Promise<void> => {
  const folder = mkdtempSync(join(tmpdir(), "certwright-backups-"));
  try {
    await use(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
};

const open = (folder: string, keys = keystore(folder, "correct horse")): Backups =>
  fileBackups(join(folder, "backups"), keys);

const manifest = (id: string, createdAt = 1000): BackupManifest => ({
  format: "certwright.backup/1",
  id,
  createdAt,
  issuers: [],
  files: [],
  groups: [],
});

const SECRET = "what nobody may read";

const make = async (backups: Backups, id: string, createdAt?: number): Promise<StoredBackup> => {
  const writer = await backups.begin(id);
  await writer.store("files", (add) => add(Buffer.from(SECRET)));
  assert.equal(await writer.complete(manifest(id, createdAt)), true);
  await writer.abandon();
  return (await backups.find(id))!;
};

const contentOf = async (backups: Backups, backup: StoredBackup): Promise<string> => {
  const pieces: Uint8Array[] = [];
  for await (const piece of (await backups.open(backup)).pieces("files")) pieces.push(piece);
  return Buffer.concat(pieces).toString();
};

test("a backup is there whole after complete and not before, for its owner alone, and nothing of it can be read", async () => {
  await inFolder(async (folder) => {
    const backups = open(folder);
    const writer = await backups.begin("one");
    await writer.store("files", (add) => add(Buffer.from(SECRET)));
    assert.equal(await backups.find("one"), undefined);
    assert.deepEqual((await backups.list()).backups, []);
    await writer.complete(manifest("one"));
    const found = (await open(folder).find("one"))!;
    assert.equal(await contentOf(open(folder), found), SECRET);
    assert.equal(statSync(found.path).mode & 0o777, 0o700);
    for (const name of readdirSync(found.path)) {
      assert.equal(statSync(join(found.path, name)).mode & 0o777, 0o600, name);
      assert.equal(readFileSync(join(found.path, name)).includes(SECRET), false, name);
    }
    assert.deepEqual(readdirSync(join(folder, "backups")), ["one"]);
  });
});

test("one that was given up leaves nothing, and of two of one name the first counts", async () => {
  await inFolder(async (folder) => {
    const backups = open(folder);
    await (await backups.begin("gone")).abandon();
    assert.deepEqual(readdirSync(join(folder, "backups")), []);
    const [a, b] = await Promise.all([backups.begin("same"), backups.begin("same")]);
    assert.equal(await a.complete(manifest("same", 1)), true);
    assert.equal(await b.complete(manifest("same", 2)), false);
    assert.equal((await backups.find("same"))!.manifest.createdAt, 1);
    assert.deepEqual(readdirSync(join(folder, "backups")), ["same"]);
    await assert.rejects(backups.begin("same"), { code: "backup.exists" });
    await assert.rejects(backups.begin("../same"), { code: "backup.invalid-name" });
    await assert.rejects(backups.begin(".certwright-partial-1"), { code: "backup.invalid-name" });
  });
});

test("what a killed process left is removed by the next one, and what a living one works on is not", async () => {
  await inFolder(async (folder) => {
    const backups = open(folder);
    const ended = spawnSync(process.execPath, ["-e", ""]).pid;
    const left = join(folder, "backups", `.certwright-partial-${ended}-0123456789abcdef`);
    mkdirSync(left, { recursive: true });
    writeFileSync(join(left, "files.sealed"), "x");
    const alive = join(folder, "backups", `.certwright-scratch-${process.ppid}-0123456789abcdef`);
    mkdirSync(alive);
    await make(backups, "next");
    assert.equal(existsSync(left), false);
    assert.equal(existsSync(alive), true);
  });
});

test("lists say what each is, oldest first, and name what cannot be read", async () => {
  await inFolder(async (folder) => {
    const backups = open(folder);
    await make(backups, "b", 2000);
    await make(backups, "a", 3000);
    const broken = await make(backups, "c", 1000);
    writeFileSync(join(broken.path, "manifest.json"), "{");
    const { backups: found, unreadable } = await backups.list();
    assert.deepEqual(
      found.map((one) => one.manifest.id),
      ["b", "a"],
    );
    assert.match(unreadable[0]!.why, /it is not JSON/);
    writeFileSync(join(broken.path, "manifest.json"), '{"format":"certwright.backup/2"}');
    await assert.rejects(backups.find("c"), { code: "backup.newer" });
  });
});

test("an altered manifest, an exchanged key file and a missing content are damage", async () => {
  await inFolder(async (folder) => {
    const backups = open(folder);
    const one = await make(backups, "one");
    const two = await make(backups, "two");
    const path = join(one.path, "manifest.json");
    const text = readFileSync(path, "utf8");
    writeFileSync(path, text.replace("1000", "1001"));
    await assert.rejects(contentOf(backups, (await backups.find("one"))!), {
      code: "backup.damaged",
    });
    writeFileSync(path, text);
    assert.equal(await contentOf(backups, one), SECRET);
    // Another backup's key, and another backup's content.
    cpSync(join(two.path, "key.json"), join(one.path, "key.json"));
    await assert.rejects(contentOf(backups, one), { code: "backup.damaged" });
    cpSync(join(one.path, "files.sealed"), join(two.path, "files.sealed"));
    await assert.rejects(contentOf(backups, two), { code: "backup.damaged" });
    rmSync(join(two.path, "files.sealed"));
    await assert.rejects(contentOf(backups, two), /files\.sealed: .* it is missing/);
  });
});

test("a backup opens after a change of passphrase, and by its own keystore where the PKI's is lost", async () => {
  await inFolder(async (folder) => {
    const one = await make(open(folder), "one");
    await keystore(folder, "correct horse", "battery staple").changePassphrase();
    assert.equal(await contentOf(open(folder, keystore(folder, "battery staple")), one), SECRET);
    await assert.rejects(contentOf(open(folder, keystore(folder, "wrong one")), one), {
      code: "keystore.wrong-passphrase",
    });
    // Another PKI altogether: the passphrase that was valid when the backup was made opens it.
    rmSync(join(folder, "keys"), { recursive: true });
    assert.equal(await contentOf(open(folder, keystore(folder, "correct horse")), one), SECRET);
    rmSync(join(folder, "keys"), { recursive: true });
    await assert.rejects(contentOf(open(folder, keystore(folder, "another one")), one), {
      code: "backup.not-opened",
    });
  });
});

test("a verification belongs to the manifest that was looked at", async () => {
  await inFolder(async (folder) => {
    const backups = open(folder);
    const one = await make(backups, "one");
    await backups.note(one, { at: 5, manifest: one.digest, verdict: "restored", etcd: "3.6.16" });
    assert.equal((await backups.find("one"))!.verification?.verdict, "restored");
    const path = join(one.path, "manifest.json");
    writeFileSync(path, readFileSync(path, "utf8").replace("1000", "1001"));
    assert.equal((await backups.find("one"))!.verification, undefined);
  });
});
