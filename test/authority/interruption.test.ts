import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

import { openSqliteStore } from "../../src/adapters/store/sqlite.ts";
import { mainFile } from "../cli/process.ts";
import { withWorkbench, type Workbench } from "./workbench.ts";

const issueForever = fileURLToPath(new URL("./issue-forever.ts", import.meta.url));

/** Repeat a run with AUTHORITY_SEED. */
const SEED = Number(process.env["AUTHORITY_SEED"] ?? "20261122");

/** Numbers from 0 up to 1, the same for the same seed (mulberry32). */
const randomOf = (seed: number): (() => number) => {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
};

/** Serials in the store, each once; fails when it does not open or the log does not fit. */
const recorded = async (bench: Workbench): Promise<ReadonlySet<string>> => {
  const store = openSqliteStore(join(bench.pki, "store.sqlite"), false);
  try {
    await store.verifyAudit();
    const all = await store.certificates({});
    const serials = new Set(all.map(({ serial }) => serial));
    assert.equal(serials.size, all.length, "a serial is in the store twice");
    return serials;
  } finally {
    store.close();
  }
};

const wholeLines = (text: string): readonly string[] => text.split("\n").slice(0, -1);

/** Starts a process that prints serials, kills it with SIGKILL `milliseconds` after the first, gives what it printed. */
const killed = async (
  bench: Workbench,
  args: readonly string[],
  milliseconds: number,
): Promise<readonly string[]> => {
  const child = spawn(process.execPath, args, {
    cwd: bench.folder,
    env: bench.env,
    stdio: ["ignore", "pipe", "inherit"],
  });
  let printed = "";
  child.stdout.setEncoding("utf8");
  child.stdout.on("data", (text: string) => {
    if (printed === "") setTimeout(() => child.kill("SIGKILL"), milliseconds);
    printed += text;
  });
  const [, signal] = await once(child, "close");
  assert.equal(signal, "SIGKILL");
  return wholeLines(printed);
};

test("killed while issuing, again and again: every certificate printed is in the store, serials never repeat", async () => {
  await withWorkbench(async (bench) => {
    const random = randomOf(SEED);
    await bench.done("ca", "create", "ca");
    const printed: string[] = [];
    for (let round = 1; round <= 8; round += 1) {
      const args = [issueForever, bench.pki, bench.path("passphrase"), "0"];
      const serials = await killed(bench, args, random() * 400);
      assert.notEqual(serials.length, 0);
      printed.push(...serials);
      const known = await recorded(bench);
      const where = `seed ${SEED}, round ${round}`;
      assert.deepEqual(
        printed.filter((serial) => !known.has(serial)),
        [],
        where,
      );
    }
    assert.equal(new Set(printed).size, printed.length, `seed ${SEED}`);
    // One more than what was printed may be recorded for each kill: the one that never came out.
    const known = await recorded(bench);
    assert.ok(known.size <= printed.length + 1 + 8, `${known.size} of ${printed.length}`);
  });
});

test("the command itself, killed at any time, leaves whole files and a store that opens", async () => {
  await withWorkbench(async (bench) => {
    const random = randomOf(SEED);
    await bench.done("ca", "create", "ca");
    for (let round = 1; round <= 6; round += 1) {
      const child = spawn(
        process.execPath,
        [mainFile, ..."issue --profile tls-client --cn alice --yes -o json".split(" ")],
        { cwd: bench.folder, env: bench.env, stdio: ["ignore", "pipe", "ignore"] },
      );
      let printed = "";
      child.stdout.on("data", (text: Buffer) => (printed += text.toString()));
      setTimeout(() => child.kill("SIGKILL"), 300 + random() * 900);
      await once(child, "close");
      const known = await recorded(bench);
      const serial = /"serial": "([0-9a-f]+)"/.exec(printed)?.[1];
      if (serial !== undefined) assert.ok(known.has(serial), `seed ${SEED}, round ${round}`);
      const present = await bench.run(["inspect", "alice.crt"]);
      if (present.code === 0) {
        assert.equal(
          await bench.openssl("x509 -noout -pubkey -in alice.crt"),
          await bench.openssl("pkey -pubout -in alice.key"),
          `seed ${SEED}, round ${round}`,
        );
      }
    }
    await bench.done(..."issue --profile tls-client --cn alice --yes".split(" "));
    await bench.openssl("verify -CAfile ca.crt alice.crt");
  });
});

test("two processes issue and list revocations at once, and both get all they asked for", async () => {
  await withWorkbench(async (bench) => {
    await bench.done("ca", "create", "ca");
    const issuing = [1, 2].map(async () => {
      const child = spawn(
        process.execPath,
        [issueForever, bench.pki, bench.path("passphrase"), "150"],
        { cwd: bench.folder, env: bench.env, stdio: ["ignore", "pipe", "inherit"] },
      );
      let printed = "";
      child.stdout.on("data", (text: Buffer) => (printed += text.toString()));
      const [code] = await once(child, "close");
      assert.equal(code, 0);
      return wholeLines(printed);
    });
    const lists = [1, 2, 3].map(async () => await bench.json("ca", "crl", "ca"));
    const printed = (await Promise.all(issuing)).flat();
    const numbers = (await Promise.all(lists)).map((made): number => made.lists[0].number);
    assert.deepEqual(numbers.sort(), [1, 2, 3]);
    assert.equal(new Set(printed).size, 300);
    const known = await recorded(bench);
    assert.equal(known.size, 301);
    assert.ok(printed.every((serial) => known.has(serial)));
  });
});
