import assert from "node:assert/strict";
import { test } from "node:test";
import {
  calmCluster,
  calmScenario,
  crashEverywhere,
  effectsAndCrashes,
  everyPair,
  type Exhausted,
} from "../../sim/exhaust.ts";
import { ci, machine } from "./machine.ts";

const check = ({ runs, bad }: Exhausted, least: number): void => {
  assert.deepEqual(
    bad.map(({ faults, ending }) => ({ faults, how: ending.how, violation: ending.violation })),
    [],
  );
  assert.ok(runs >= least, `${runs} runs`);
};

const app = {
  name: "app-1",
  reload: "start",
  told: "start",
  service: "systemd",
  apart: true,
} as const;

/** By hand one in so many of the long loops; with CI=true all of it. */
const every = (many: number): number => (ci ? 1 : many);

for (const protocol of ["bundle", "cross-signed"] as const) {
  test(`killed after each record of the journal, a run (${protocol}) ends where it would have`, async () => {
    check(await crashEverywhere(calmScenario(3, protocol, [app]), machine), 40);
  });

  test(`killed after each record of a cluster's rotation (${protocol}), a run ends where it would have`, async () => {
    // Each takes as long as ten of a member's, so that one in six is tried.
    check(await crashEverywhere(calmCluster(protocol), machine, ci ? 6 : 23), 5);
  });

  test(`every fault of one effect (${protocol}), alone and with a crash after each record, is survived`, async () => {
    const scenario = calmScenario(1, protocol, [app]);
    check(await effectsAndCrashes(scenario, machine, every(31)), 20);
  });

  test(`every pair of faults (${protocol}) is survived by a world of one member`, async () => {
    check(await everyPair(calmScenario(1, protocol), machine, every(199)), 20);
  });
}
