import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { open } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";

import { sealInto, unsealFrom } from "./sealed-stream.ts";

const MIB = 1024 * 1024;
const key = Buffer.alloc(32, 7);

const inFile = async (use: (path: string) => Promise<void>): Promise<void> => {
  const folder = mkdtempSync(join(tmpdir(), "certwright-sealed-"));
  try {
    await use(join(folder, "sealed"));
  } finally {
    rmSync(folder, { recursive: true });
  }
};

const sealed = async (path: string, plain: Uint8Array, about: string, step = MIB / 3) => {
  await using file = await open(path, "w", 0o600);
  const sealing = await sealInto(file, key, about);
  for (let at = 0; at < plain.length; at += step) await sealing.add(plain.subarray(at, at + step));
  return await sealing.end();
};

const unsealed = async (path: string, about: string, with_ = key): Promise<Buffer> => {
  await using file = await open(path, "r");
  const pieces: Uint8Array[] = [];
  for await (const piece of unsealFrom(file, path, with_, about)) pieces.push(piece);
  return Buffer.concat(pieces);
};

test("content of every length around a piece's comes back as it was, with its digest", async () => {
  await inFile(async (path) => {
    for (const length of [0, 1, MIB - 1, MIB, MIB + 1, 2 * MIB, 2 * MIB + 12_345]) {
      const plain = randomBytes(length);
      const { size, digest } = await sealed(path, plain, "a");
      assert.equal(size, length);
      assert.equal(digest, createHash("sha256").update(plain).digest("hex"));
      assert.ok((await unsealed(path, "a")).equals(plain), `${length} bytes`);
    }
  });
});

test("nothing of the content is in the file, and the same content is sealed differently each time", async () => {
  await inFile(async (path) => {
    const plain = Buffer.from("BEGIN PRIVATE KEY ".repeat(100));
    await sealed(path, plain, "a");
    const first = readFileSync(path);
    assert.equal(first.includes("PRIVATE"), false);
    await sealed(path, plain, "a");
    assert.equal(first.subarray(60, 200).equals(readFileSync(path).subarray(60, 200)), false);
  });
});

test("a file cut off at any piece's end, or a byte earlier or later, does not pass for a whole one", async () => {
  await inFile(async (path) => {
    const head = 20 + 32;
    await sealed(path, randomBytes(2 * MIB + 100), "a");
    const { size } = statSync(path);
    const whole = readFileSync(path);
    const ends = [0, 20, head, head + MIB + 16, head + 2 * (MIB + 16)];
    for (const length of [...ends.flatMap((end) => [end - 1, end, end + 1]), size - 1]) {
      if (length < 0) continue;
      writeFileSync(path, whole);
      truncateSync(path, length);
      await assert.rejects(unsealed(path, "a"), { code: "backup.damaged" }, `cut at ${length}`);
    }
  });
});

test("one changed bit anywhere, two exchanged pieces and bytes at the end are found", async () => {
  await inFile(async (path) => {
    await sealed(path, randomBytes(3 * MIB), "a");
    const whole = readFileSync(path);
    const head = 20 + 32;
    for (const at of [3, 25, head, head + MIB, head + MIB + 20, whole.length - 1]) {
      const changed = Buffer.from(whole);
      changed[at]! ^= 0x10;
      writeFileSync(path, changed);
      await assert.rejects(unsealed(path, "a"), { code: "backup.damaged" }, `bit at ${at}`);
    }
    const piece = MIB + 16;
    const [one, two] = [head, head + piece].map((at) => whole.subarray(at, at + piece));
    const exchanged = [whole.subarray(0, head), two!, one!, whole.subarray(head + 2 * piece)];
    writeFileSync(path, Buffer.concat(exchanged));
    await assert.rejects(unsealed(path, "a"), { code: "backup.damaged" });
    writeFileSync(path, Buffer.concat([whole, Buffer.alloc(16)]));
    await assert.rejects(unsealed(path, "a"), { code: "backup.damaged" });
  });
});

test("what was sealed about one thing does not open about another, nor under another key", async () => {
  await inFile(async (path) => {
    await sealed(path, Buffer.from("x"), "backup one, files");
    await assert.rejects(unsealed(path, "backup two, files"), { code: "backup.damaged" });
    await assert.rejects(unsealed(path, "backup one, files", Buffer.alloc(32, 8)), {
      code: "backup.damaged",
    });
  });
});
