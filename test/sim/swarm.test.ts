import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { runScenario } from "../../sim/run-scenario.ts";
import { drawScenario } from "../../sim/scenario.ts";
import { runSwarm, type Tally } from "../../sim/swarm.ts";
import { ci, machine } from "./machine.ts";

const wordsOf = ({ bad }: Tally): string =>
  bad
    .map(
      ({ seed, ending }) =>
        `npx certwright-sim --seed ${seed}: ${ending.verdict}, ${ending.how} ${ending.violation?.detail ?? ""}`,
    )
    .join("\n");

/** SIM_FROM and SIM_SEEDS run others. */
const from = Number(process.env["SIM_FROM"] ?? "1");
const seeds = Number(process.env["SIM_SEEDS"] ?? (ci ? "3000" : "150"));

test(`${seeds} seeds from ${from} on reach their goal, whatever goes wrong, and break no connection`, async () => {
  const tally = await runSwarm(from, seeds, machine);
  assert.equal(tally.goal, seeds, wordsOf(tally));
});

test("seeds that once failed do so no more", async () => {
  const text = readFileSync(join(import.meta.dirname, "../../sim/seeds.txt"), "utf8");
  const lines = text.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
  assert.ok(lines.length > 5);
  for (const line of lines) {
    const [, seed, story] = /^(\d+) +(\S.{20,})$/.exec(line) ?? [];
    assert.ok(story !== undefined, `a seed and what it showed: ${line}`);
    const { verdict, violation } = await runScenario(drawScenario(Number(seed)), machine);
    assert.equal(verdict, "goal", `${seed}: ${violation?.detail}`);
  }
});

test("a seed goes the same way each time, another one another way", async () => {
  const digests = new Set<string>();
  for (let seed = 1; seed <= 8; seed++) {
    const once = await runScenario(drawScenario(seed), machine);
    const again = await runScenario(drawScenario(seed), machine);
    assert.equal(once.history.digest(), again.history.digest(), `seed ${seed}`);
    digests.add(once.history.digest());
  }
  assert.ok(digests.size > 6, `${digests.size} histories of 8 seeds`);
});

test("the swarm meets what it is for: rollbacks, halts, refusals, kills, and every kind of fault", async () => {
  const endings = new Set<string>();
  const kinds = new Set<string>();
  let boots = 0;
  for (let seed = 1; seed <= 60; seed++) {
    const scenario = drawScenario(seed);
    for (const { kind } of scenario.faults) kinds.add(kind);
    const ending = await runScenario(scenario, machine);
    endings.add(ending.how.split(":")[0]!);
    boots = Math.max(boots, ending.boots);
  }
  assert.deepEqual([...endings].sort(), ["reached", "refused", "rolled-back"]);
  assert.ok(boots > 5, `${boots} processes in one run`);
  assert.equal(kinds.size, 17, [...kinds].join(", "));
});
