import assert from "node:assert/strict";
import { test } from "node:test";
import type { Claim } from "../../core/model/claim.ts";
import type { Estate } from "../../core/model/estate.ts";
import type { EdgeId, SlotId } from "../../core/model/inventory.ts";
import type { Effect, Phase, Step } from "../../core/model/plan.ts";
import { plannedEstate } from "./planned-estate.ts";

const phase = (steps: readonly Pick<Step, "effect" | "requires" | "proves">[]): Phase =>
  ({ steps, rollback: [] }) as unknown as Phase;

const estate = { kubernetes: { workloads: [] } } as unknown as Estate;

const workloads = (effect: Effect, proves: readonly Claim[]): readonly string[] =>
  plannedEstate(estate, {
    phases: [phase([{ effect, requires: [], proves }])],
  }).kubernetes!.workloads.map(({ kind, namespace, name }) => `${kind} ${namespace}/${name}`);

test("a workload that a plan only proves something of belongs to the estate under its run", () => {
  const edge = "deployment/kube-system/coredns>m/kube-apiserver" as EdgeId;
  const proves: readonly Claim[] = [
    { kind: "verifies", edge },
    { kind: "healthy", group: "daemonset/kube-system/kube-proxy" },
    {
      kind: "accepts",
      slot: "statefulset/shop/db/trust" as SlotId,
      issuer: "kubernetes-ca",
      generation: 1,
    },
    // These are none.
    { kind: "verifies", edge: "m/kube-scheduler>m/kube-apiserver" as EdgeId },
    { kind: "healthy", group: "etcd/kubernetes" },
    { kind: "backup" },
  ];
  assert.deepEqual(workloads({ kind: "none" }, proves), [
    "Deployment kube-system/coredns",
    "DaemonSet kube-system/kube-proxy",
    "StatefulSet shop/db",
  ]);
});
