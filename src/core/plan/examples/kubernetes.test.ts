import assert from "node:assert/strict";
import { test } from "node:test";
import { digests } from "../../../adapters/crypto/node-digests.ts";
import { exampleKubernetes } from "./kubernetes.ts";

test("every end of an edge and every source of the example cluster is a slot with the role that it needs", () => {
  const { slots, edges } = exampleKubernetes({
    digests,
    now: Date.UTC(2026, 10, 1),
    masters: 3,
    workers: 1,
    workloads: ["daemonset/kube-system/kube-proxy"],
    clientsComplete: true,
  });
  const roleOf = new Map(slots.map(({ id, role }) => [id, role]));
  for (const { id, clientPresents, clientTrusts, serverPresents, serverTrusts } of edges) {
    for (const slot of [clientPresents, serverPresents]) {
      if (slot !== undefined) assert.equal(roleOf.get(slot), "presents", id);
    }
    for (const slot of [clientTrusts, serverTrusts]) {
      if (slot !== undefined) assert.equal(roleOf.get(slot), "trusts", id);
    }
  }
  const sources = slots.flatMap(({ source = [] }) => source);
  assert.ok(sources.length > 0);
  for (const slot of sources) assert.equal(roleOf.get(slot), "trusts", slot);
});
