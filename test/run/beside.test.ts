/** How many disruptive steps are under way at once: those that the plan lets be beside each other, and no others. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { digests } from "../../src/adapters/crypto/node-digests.ts";
import type { RunEvent } from "../../src/core/model/journal.ts";
import type { Plan, Step, StepId } from "../../src/core/model/plan.ts";
import { decide } from "../../src/core/run/decide.ts";
import { foldRun, unopened } from "../../src/core/run/evolve.ts";
import { runLimits } from "../../src/core/run/limits.ts";
import { sealEntry } from "../../src/core/run/seal.ts";
import { smallPlan } from "./small-plan.ts";

const restartOf = (name: string, beside: Step["beside"]): Step => ({
  id: name as StepId,
  title: name,
  needs: [],
  requires: [],
  effect: { kind: "consumer.restart", consumer: name as never },
  proves: [],
  hazard: "disruptive",
  approval: false,
  expected: 1000,
  ...(beside === undefined ? {} : { beside }),
});

const kubelets = (count: number, most: number, from = 1): readonly Step[] =>
  Array.from({ length: count }, (_, n) =>
    restartOf(`node-${from + n}/kubelet`, { word: "kubelet", most }),
  );

/** A run in which every step of one phase can begin. */
const begun = (steps: readonly Step[]) => {
  const plan: Plan = { ...smallPlan(), phases: [{ ...smallPlan().phases[0]!, steps }] };
  const fold = foldRun(unopened(plan));
  const write = (event: RunEvent): void =>
    fold.add(
      sealEntry(
        { sequence: fold.run.sequence + 1, previous: fold.run.hash, epoch: 1, at: 1000, event },
        digests,
      ),
    );
  write({ kind: "run.opened", run: "r", plan: plan.digest, by: "a" });
  const starts = (flying: readonly string[], takenAway: number): readonly string[] =>
    decide(fold.run, 1000, new Set(flying as StepId[]), { ...runLimits, takenAway }).flatMap(
      (command) => (command.kind === "start" ? [command.step.id] : []),
    );
  return { write, starts };
};

test("as many are taken away at once as the plan lets and the operator wants, whichever is less", () => {
  const { starts } = begun(kubelets(30, 3));
  assert.deepEqual(starts([], 5), ["node-1/kubelet", "node-2/kubelet", "node-3/kubelet"]);
  assert.deepEqual(starts([], 2), ["node-1/kubelet", "node-2/kubelet"]);
  assert.deepEqual(starts(["node-1/kubelet", "node-2/kubelet"], 3), ["node-3/kubelet"]);
  assert.deepEqual(starts(["node-1/kubelet", "node-2/kubelet", "node-9/kubelet"], 9), []);
});

test("what must be alone waits for all that are away, and nobody who comes later overtakes it", () => {
  const { starts } = begun([
    ...kubelets(2, 10),
    restartOf("master-1/etcd", undefined),
    ...kubelets(9, 10, 3),
  ]);
  assert.deepEqual(starts([], 5), ["node-1/kubelet", "node-2/kubelet"]);
  assert.deepEqual(starts(["node-2/kubelet"], 5), ["node-1/kubelet"]);
  assert.deepEqual(starts(["node-1/kubelet", "node-2/kubelet"], 5), []);
  assert.deepEqual(starts(["master-1/etcd"], 5), []);
});

test("while it is in doubt whether one is back, only those in doubt are looked at", () => {
  const { write, starts } = begun(kubelets(30, 3));
  for (const step of ["node-4/kubelet", "node-5/kubelet"] as StepId[]) {
    write({ kind: "step.intended", step, attempt: 1 });
  }
  write({ kind: "run.resumed", by: "b" });
  assert.deepEqual(starts([], 5), ["node-4/kubelet", "node-5/kubelet"]);
  assert.deepEqual(starts(["node-4/kubelet"], 5), ["node-5/kubelet"]);
});
