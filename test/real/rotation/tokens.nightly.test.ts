/** The key pair of ServiceAccount tokens is changed on real clusters, under load with tokens of both kinds. */
import assert from "node:assert/strict";
import test from "node:test";
import { inKubernetes } from "./kubernetes-scene.ts";
import { assertNewKeyAlone, rotateTokens, secrets, tokensOf } from "./rotate-tokens.ts";
import { assertUnharmed } from "./scene.ts";

/** What a plan announces for the restart of an only API server (expected.podRestart). */
const announcedGap = 45_000;

for (const masters of [1, 3] as const) {
  test(`${masters === 1 ? "one master" : "three masters"}: tokens of the old key are let in until nobody has one, and ${masters === 1 ? "the API is away for no longer than announced" : "no request fails"}`, (t) =>
    inKubernetes(t, { masters, workers: 1, with: ["workload"] }, async (scene) => {
      const old = await tokensOf(scene, secrets.old);
      const { first, second } = await rotateTokens(t, scene);
      if (masters === 3) {
        assertUnharmed(first);
        assertUnharmed(second);
      } else {
        for (const { phase } of [...first.failures, ...second.failures]) {
          assert.ok(["trust", "switch", "drop"].includes(phase), phase);
        }
        for (const { longestGapMs } of [first, second]) {
          assert.ok(longestGapMs <= announcedGap, `${longestGapMs} ms`);
        }
      }
      await assertNewKeyAlone(scene, old);
    }));
}
