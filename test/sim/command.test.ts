import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { runProgram, type Outcome } from "../cli/process.ts";

const root = join(import.meta.dirname, "../..");
const bin = join(root, "packages/certwright/bin/certwright-sim.cjs");

const simulate = (...args: readonly string[]): Promise<Outcome> =>
  runProgram(process.execPath, [bin, ...args], {
    cwd: root,
    env: { PATH: process.env["PATH"] ?? "" },
    deadline: 120_000,
  });

test("certwright-sim says in one line of JSON how the seeds ended", async () => {
  const { code, stdout } = await simulate("--seeds", "10", "--from", "40", "-o", "json");
  assert.equal(code, 0, stdout);
  const told = JSON.parse(stdout);
  assert.deepEqual(Object.keys(told), ["seeds", "goal", "unsafe", "stuck", "perMinute"]);
  assert.equal(told.seeds, 10);
  assert.equal(told.goal, 10);
});

test("certwright-sim --seed shows the last events as a table and the history's digest, the same each time", async () => {
  const once = await simulate("--seed", "3");
  const again = await simulate("--seed", "3");
  assert.equal(once.stdout, again.stdout);
  assert.match(once.stdout, /^ +ms {2}who +what +detail$/m);
  assert.match(once.stdout, /\nseed 3: [a-z].*, \d+ records, history [0-9a-f]{64}\n$/);
});

test("certwright-sim --mutants counts what it caught, and fails when one is left", async () => {
  // Of one seed: that every mutant is caught within 200 is held in mutants.test.ts.
  const { code, stdout } = await simulate("--mutants", "--seeds", "1", "--from", "2", "-o", "json");
  const { mutants, caught, firstSeed } = JSON.parse(stdout);
  assert.ok(mutants >= 10);
  assert.ok(caught > 0 && caught < mutants, `${caught} of ${mutants}`);
  assert.equal(code, 1);
  assert.equal(Object.keys(firstSeed).length, caught);
  assert.equal(firstSeed["switch-before-trust"], 2);
});

test("certwright-sim refuses what it cannot read with exit code 2 and its usage", async () => {
  for (const args of [["--seeds", "many"], ["--nothing"], ["-o", "xml"]]) {
    const { code, stderr } = await simulate(...args);
    assert.equal(code, 2, args.join(" "));
    assert.match(stderr, /Usage: certwright-sim/);
  }
});
