import assert from "node:assert/strict";
import { test } from "node:test";
import { digests } from "../../adapters/crypto/node-digests.ts";
import type { GenerationFacts, Inventory, SlotId } from "../model/inventory.ts";
import { exampleKubernetes } from "./examples/kubernetes.ts";
import { endingBy } from "./ending.ts";

const day = 86_400_000;
const now = Date.UTC(2026, 10, 1);
const fresh = exampleKubernetes({
  digests,
  now,
  masters: 1,
  workers: 1,
  workloads: [],
  clientsComplete: true,
});

/** The leaf of that slot ends then. */
const ending = (inventory: Inventory, slot: string, notAfter: number): Inventory => {
  const leaf = inventory.slots.find(({ id }) => id === slot)?.holds?.certificates[0];
  assert.ok(leaf !== undefined, slot);
  return {
    ...inventory,
    certificates: inventory.certificates.map((one) =>
      one.fingerprint === leaf ? { ...one, notAfter } : one,
    ),
  };
};

const leaves = fresh.slots.filter(({ role }) => role === "presents").map(({ id }) => id);
const serving = "master-1/kube-apiserver/serving" as SlotId;
const kubelet = "worker-1/kubelet/client" as SlotId;

test("what ends by then is chosen, what ends later is not, and the next one to end is named", () => {
  const inventory = ending(ending(fresh, serving, now + 10 * day), kubelet, now + 40 * day);
  const { slots, withIssuer, next } = endingBy(inventory, leaves, now + 30 * day);
  assert.deepEqual(slots, [serving]);
  assert.deepEqual(withIssuer, []);
  assert.deepEqual(next, { slot: kubelet, notAfter: now + 40 * day });
});

test("of the slots that were not named none is chosen", () => {
  const inventory = ending(ending(fresh, serving, now + day), kubelet, now + day);
  assert.deepEqual(endingBy(inventory, [kubelet], now + 30 * day).slots, [kubelet]);
});

test("a leaf that ends with its issuer is told apart: a new one would not last longer", () => {
  const issuer = fresh.slots.find(({ id }) => id === serving)!.issuer;
  const end = now + 10 * day;
  const ended = (generations: readonly GenerationFacts[]): readonly GenerationFacts[] =>
    generations.map((one) => Object.assign({ ...one }, { notAfter: end }));
  const inventory = {
    ...ending(fresh, serving, end),
    issuers: fresh.issuers.map((one) =>
      Object.assign({ ...one }, one.name === issuer ? { generations: ended(one.generations) } : {}),
    ),
  };
  const { slots, withIssuer } = endingBy(inventory, [serving, kubelet], now + 30 * day);
  assert.deepEqual(slots, []);
  assert.deepEqual(withIssuer, [serving]);
});
