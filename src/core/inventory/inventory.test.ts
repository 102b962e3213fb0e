import assert from "node:assert/strict";
import { test } from "node:test";
import { digests } from "../../adapters/crypto/node-digests.ts";
import type { Digest, Inventory } from "../model/inventory.ts";
import { exampleCluster } from "../plan/examples/cluster.ts";
import { differences } from "./differences.ts";
import { inventoryDigest, partsOf } from "./parts.ts";

const now = Date.UTC(2026, 10, 1);
const inventory = exampleCluster({
  digests,
  now,
  members: 3,
  issuers: "shared",
  clients: [{ name: "root", reload: "handshake", service: "none" }],
  clientsComplete: false,
});
const changes = (after: Inventory): readonly string[] =>
  differences(partsOf(inventory, digests), partsOf(after, digests));

test("what comes and goes by itself leaves the digest as it is", () => {
  const later: Inventory = {
    ...inventory,
    takenAt: now + 60_000,
    nodes: inventory.nodes.map((node) => Object.assign({ ...node }, { clockSkew: 12 })),
    consumers: inventory.consumers.map((one) =>
      Object.assign(
        { ...one },
        { healthy: false, leader: false, process: { pid: 9, startedAt: now } },
      ),
    ),
  };
  assert.equal(inventoryDigest(later, digests), inventory.digest);
  assert.deepEqual(changes(later), []);
});

test("a file that was written since is named by its slot", () => {
  const after: Inventory = {
    ...inventory,
    slots: inventory.slots.map((slot) =>
      slot.id === "etcd-2/etcd/peer"
        ? { ...slot, holds: { ...slot.holds!, digest: "0".repeat(64) as Digest } }
        : slot,
    ),
  };
  assert.notEqual(inventoryDigest(after, digests), inventory.digest);
  assert.deepEqual(changes(after), ["slot etcd-2/etcd/peer is not as it was"]);
});

test("a consumer that came or went, and an issuer's new generation, are named", () => {
  const [issuer] = inventory.issuers;
  const after: Inventory = {
    ...inventory,
    consumers: inventory.consumers.filter(({ id }) => id !== "client/root"),
    issuers: [
      {
        name: issuer!.name,
        generations: [...issuer!.generations, { ...issuer!.generations[0]!, number: 2 }],
      },
    ],
    blind: [],
  };
  assert.deepEqual(changes(after), [
    "issuer etcd-ca is not as it was",
    "consumer client/root is gone",
    "blind spot clients-outside is gone",
  ]);
  assert.deepEqual(
    differences(partsOf(after, digests), partsOf(inventory, digests)).at(-1),
    "blind spot clients-outside is new",
  );
});
