import { digests } from "../../src/adapters/crypto/node-digests.ts";
import type { Machine } from "../../sim/run-scenario.ts";

export const machine: Machine = {
  digests,
  drain: () => new Promise((resolve) => setImmediate(resolve)),
};

/** With CI=true nothing is left out; by hand the suites share two cores with a person's patience. */
export const ci = process.env["CI"] === "true";
