import assert from "node:assert/strict";
import { test } from "node:test";
import { digests } from "../../../adapters/crypto/node-digests.ts";
import { exampleCluster } from "../examples/cluster.ts";
import { exampleIssuers, exampleKubernetes } from "../examples/kubernetes.ts";
import type { Inventory } from "../../model/inventory.ts";
import { planFor } from "../plan-for.ts";

const now = Date.UTC(2026, 10, 1);

/** Who is announced away, by whom, each once: "etcd-1/etcd: etcd/example". */
const announced = (issuers: readonly string[], inventory: Inventory): readonly string[] => {
  const planned = planFor({ kind: "rotate", issuers, protocol: "bundle" }, inventory, {
    now,
    digests,
  });
  assert.ok(planned.ok, JSON.stringify(planned));
  const gaps = planned.plan.phases.flatMap(({ steps, rollback }) =>
    [...steps, ...rollback].flatMap(({ effect, gap, expected, risk }) => {
      if (gap === undefined || effect.kind !== "consumer.restart") return [];
      assert.ok(gap.milliseconds <= expected);
      assert.match(risk!, /answers nobody until|away/);
      return [`${effect.consumer}: ${gap.groups.join(" ")}`];
    }),
  );
  return [...new Set(gaps)].toSorted();
};

const kubernetes = (masters: number): Inventory =>
  exampleKubernetes({ digests, now, masters, workers: 1, workloads: [], clientsComplete: true });
const all = Object.values(exampleIssuers);

test("the only master's etcd takes the API with it, and a plan announces both; nothing else of it", () => {
  const one = announced(all, kubernetes(1));
  assert.equal(one.length, 3, one.join("\n"));
  // On the way back each by itself, on the way there both in one gap.
  assert.match(one[0]!, /^\S+\/etcd: etcd\/\S+ kube-apiserver$/);
  assert.match(one[1]!, /^\S+\/kube-apiserver: etcd\/\S+ kube-apiserver$/);
  assert.match(one[2]!, /^\S+\/kube-apiserver: kube-apiserver$/);
});

test("three masters announce no gap, two members of etcd do", () => {
  assert.deepEqual(announced(all, kubernetes(3)), []);
  const members = (count: number): readonly string[] => {
    const shared = { digests, now, issuers: "shared", clients: [], clientsComplete: true } as const;
    return announced(["etcd-ca"], exampleCluster({ ...shared, members: count }));
  };
  assert.equal(members(2).length, 2);
  assert.deepEqual(members(3), []);
});
