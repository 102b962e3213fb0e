import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, beforeEach, test } from "node:test";
import { CertwrightError } from "../../core/errors/certwright-error.ts";
import type { Digest } from "../../core/model/inventory.ts";
import type { Entry, RunEvent } from "../../core/model/journal.ts";
import { noEntry } from "../../core/run/evolve.ts";
import { sealEntry } from "../../core/run/seal.ts";
import { digests } from "../crypto/node-digests.ts";
import { fileSystem, type FileSystem } from "../files/file-system.ts";
import { openFileJournal, readFileJournal } from "./file-journal.ts";

const folder = mkdtempSync(join(tmpdir(), "certwright-journal-"));
after(() => rmSync(folder, { recursive: true }));
const path = join(folder, "journal.jsonl");
beforeEach(() => rmSync(path, { force: true }));

const plan = "1".repeat(64) as Digest;
const events: readonly RunEvent[] = [
  { kind: "run.opened", run: "r", plan, by: "Zoë" },
  { kind: "run.paused", by: "Zoë", why: "lunch — 午" },
  { kind: "run.resumed", by: "Zoë" },
  { kind: "run.closed", verdict: "abandoned" },
];
const entries: Entry[] = [];
for (const [index, event] of events.entries()) {
  const previous = entries.at(-1)?.hash ?? noEntry;
  const entry = { sequence: index + 1, previous, epoch: 1, at: 1000 + index, event };
  entries.push(sealEntry(entry, digests));
}

const write = async (count: number, fs: FileSystem = fileSystem): Promise<void> => {
  const journal = openFileJournal(fs, path, "r");
  try {
    const there = await journal.read();
    for (const entry of entries.slice(there.length, count)) await journal.append(entry);
  } finally {
    journal.close();
  }
};

const codeOf = (error: unknown): string => (error instanceof CertwrightError ? error.code : "");

test("what was appended is read again, by the next process too, and nobody else may read it", async () => {
  await write(2);
  await write(4);
  assert.deepEqual(readFileJournal(fileSystem, path, "r"), { entries, torn: 0 });
  assert.equal(statSync(path).mode & 0o777, 0o600);
});

test("a journal that is not there yet is empty", () => {
  assert.deepEqual(readFileJournal(fileSystem, path, "r"), { entries: [], torn: 0 });
});

test("cut at any byte, the whole records before are there, the torn one is told, cut off and written again", async () => {
  await write(4);
  const whole = readFileSync(path);
  for (let length = 0; length < whole.length; length += 3) {
    writeFileSync(path, whole.subarray(0, length));
    const count = whole.subarray(0, length).filter((byte) => byte === 10).length;
    const read = readFileJournal(fileSystem, path, "r");
    assert.deepEqual(read.entries, entries.slice(0, count), `${length} bytes`);
    assert.equal(read.torn > 0, length > 0 && whole[length - 1] !== 10, `${length} bytes`);
    await write(4);
    assert.deepEqual(readFileSync(path), whole, `${length} bytes`);
  }
});

test("a changed byte in any record but the last is damage; in the last it is a torn record", async () => {
  await write(4);
  const whole = readFileSync(path);
  const lastLine = whole.subarray(0, -1).lastIndexOf(10) + 1;
  for (let at = 0; at < whole.length; at += 7) {
    const changed = Buffer.from(whole);
    changed[at] = changed[at]! ^ 1;
    writeFileSync(path, changed);
    if (at < lastLine) {
      assert.throws(
        () => readFileJournal(fileSystem, path, "r"),
        (error) => codeOf(error) === "journal.damaged",
        `byte ${at}`,
      );
    } else {
      assert.equal(readFileJournal(fileSystem, path, "r").entries.length, 3, `byte ${at}`);
    }
  }
});

test("a record taken out, or two that changed places, is damage", async () => {
  await write(4);
  const lines = readFileSync(path, "utf8").trimEnd().split("\n");
  for (const order of [
    [0, 2, 3],
    [1, 2, 3],
    [1, 0, 2, 3],
  ]) {
    writeFileSync(path, order.map((index) => `${lines[index]}\n`).join(""));
    assert.throws(() => openFileJournal(fileSystem, path, "r"), /entry \d: it/);
  }
});

test("a record that another process wrote is noticed, and this one writes nothing more", async () => {
  const older = openFileJournal(fileSystem, path, "r");
  await older.append(entries[0]!);
  const younger = openFileJournal(fileSystem, path, "r");
  await younger.append(entries[1]!);
  await assert.rejects(older.append(entries[1]!), /another process wrote entry 2/);
  await assert.rejects(older.append(entries[1]!), /an earlier record failed/);
  older.close();
  younger.close();
  assert.deepEqual(readFileJournal(fileSystem, path, "r").entries, entries.slice(0, 2));
});

/** Fails the nth call of any of the operations that change something. */
const failing = (nth: number, code: string): { fs: FileSystem; calls: () => number } => {
  let calls = 0;
  const wrap =
    <A extends readonly unknown[], R>(work: (...given: A) => R) =>
    (...given: A): R => {
      calls += 1;
      if (calls === nth) throw Object.assign(new Error(code), { code });
      return work(...given);
    };
  const { open, write: put, fsync, truncate, fstat, read } = fileSystem;
  return {
    fs: {
      ...fileSystem,
      open: wrap(open),
      write: wrap(put),
      fsync: wrap(fsync),
      truncate: wrap(truncate),
      fstat: wrap(fstat),
      read: wrap(read),
    },
    calls: () => calls,
  };
};

for (const code of ["ENOSPC", "EIO"]) {
  test(`with ${code} at any file operation the journal stays whole, and the next process goes on`, async () => {
    const count = failing(0, code);
    await write(2);
    const torn = readFileSync(path).subarray(0, -20);
    writeFileSync(path, torn);
    await write(4, count.fs);
    const whole = readFileSync(path);
    assert.ok(count.calls() > 12);
    for (let nth = 1; nth <= count.calls(); nth++) {
      writeFileSync(path, torn);
      await assert.rejects(write(4, failing(nth, code).fs), (error) =>
        ["journal.not-written", "file.disk-full", "file.failed"].includes(codeOf(error)),
      );
      await write(4);
      assert.deepEqual(readFileSync(path), whole, `operation ${nth}`);
    }
  });
}
