import assert from "node:assert/strict";
import { spawn, type ChildProcessWithoutNullStreams } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, unlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { after, test } from "node:test";
import { fileLease } from "../../src/adapters/lease/file-lease.ts";
import { CertwrightError } from "../../src/core/errors/certwright-error.ts";

const folders: string[] = [];
const children: ChildProcessWithoutNullStreams[] = [];
after(() => {
  for (const child of children) child.kill("SIGKILL");
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});
const newFolder = (): string => {
  const folder = mkdtempSync(join(tmpdir(), "certwright-lease-"));
  folders.push(folder);
  return folder;
};

/** A process that takes the lease and says its epoch, or why not; then lives until its standard input ends. */
const taker = async (
  folder: string,
): Promise<{ said: string; child: ChildProcessWithoutNullStreams }> => {
  const child = spawn(process.execPath, [join(import.meta.dirname, "take-lease.ts"), folder]);
  children.push(child);
  const [line] = (await once(createInterface(child.stdout), "line")) as [string];
  return { said: line, child };
};

const ended = async (child: ChildProcessWithoutNullStreams): Promise<void> => {
  if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
};

const now = (): number => Date.now();

test("who holds the lease keeps others out, and they are told who it is", async () => {
  const folder = newFolder();
  const held = await fileLease(folder, now).acquire("r1", "alice@here");
  const { said } = await taker(folder);
  assert.match(
    said,
    /^lease\.held: alice@here \(process \d+ on .*\) has been at work .* with run r1; one process at a time$/,
  );
  assert.equal(await held.isHeld(), true);
  assert.equal(fileLease(folder, now).look()?.run, "r1");
  await held.release();
  assert.equal(await held.isHeld(), false);
  assert.equal(fileLease(folder, now).look(), undefined);
});

test("a holder that is killed leaves nothing to clear away, and the epoch grows", async () => {
  const folder = newFolder();
  let before = 0;
  for (let round = 0; round < 4; round++) {
    const { said, child } = await taker(folder);
    const epoch = Number(said);
    assert.ok(epoch > before, said);
    before = epoch;
    assert.equal(fileLease(folder, now).look()?.pid, child.pid);
    child.kill("SIGKILL");
    await ended(child);
  }
  const held = await fileLease(folder, now).acquire("r", "me");
  assert.equal(held.epoch, before + 1);
  await held.release();
});

test("a holder that merely stands still keeps the lease", async () => {
  const folder = newFolder();
  const { child } = await taker(folder);
  child.kill("SIGSTOP");
  const error: unknown = await fileLease(folder, now)
    .acquire("r2", "me")
    .catch((e: unknown) => e);
  assert.ok(error instanceof CertwrightError && error.code === "lease.held");
});

test("of many processes at once exactly one has it at a time, and no epoch is given twice", async () => {
  const folder = newFolder();
  const epochs: number[] = [];
  let waiting = 6;
  while (waiting > 0) {
    const round = await Promise.all(Array.from({ length: waiting }, () => taker(folder)));
    const winners = round.filter(({ said }) => /^\d+$/.test(said));
    assert.equal(winners.length, 1, round.map(({ said }) => said).join("; "));
    epochs.push(Number(winners[0]!.said));
    for (const { child } of round) {
      child.stdin.end();
      await ended(child);
    }
    waiting -= 3;
  }
  assert.deepEqual(
    epochs,
    [...new Set(epochs)].toSorted((a, b) => a - b),
  );
});

test("when its file is taken away the holder knows, and the next epoch is above every one that was used", async () => {
  const folder = newFolder();
  const first = await fileLease(folder, now).acquire("r", "me");
  unlinkSync(join(folder, "lease.sqlite"));
  assert.equal(await first.isHeld(), false);
  const second = await fileLease(folder, now, 41).acquire("r", "me");
  assert.equal(second.epoch, 42);
  await second.release();
  await first.release();
});

test("a folder that cannot be written is named", async () => {
  const missing = join(newFolder(), "not-there");
  await assert.rejects(
    fileLease(missing, now).acquire("r", "me"),
    /not-there\/lease\.sqlite: the estate cannot be locked: .*ENOENT/,
  );
});
