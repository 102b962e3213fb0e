import assert from "node:assert/strict";
import { test } from "node:test";
import { digests } from "../../adapters/crypto/node-digests.ts";
import type { Digest, Inventory } from "../model/inventory.ts";
import { exampleCluster } from "../plan/examples/cluster.ts";
import { differences, silentSince } from "./differences.ts";
import { inventoryDigest, partsOf, type Parts } from "./parts.ts";

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

/** Parts of an inventory in which one member says another version, or none. */
const partsWith = (id: string, version: string | undefined): Parts => {
  const name = `version of ${id}`;
  const { [name]: own, ...others } = partsOf(inventory, digests);
  assert.ok(own !== undefined);
  if (version === undefined) return others;
  const consumers = inventory.consumers.map((one) =>
    one.id === id ? Object.assign({ ...one }, { version }) : one,
  );
  return partsOf({ ...inventory, consumers }, digests);
};

test("a program that has another version is not as it was, and one that does not say it is silent only", () => {
  const seen = partsOf(inventory, digests);
  const upgraded = partsWith("etcd-2/etcd", "9.9.9");
  assert.deepEqual(differences(seen, upgraded), ["version of etcd-2/etcd is not as it was"]);
  assert.deepEqual(silentSince(seen, upgraded), []);
  const silent = partsWith("etcd-2/etcd", undefined);
  assert.deepEqual(differences(seen, silent), []);
  assert.deepEqual(silentSince(seen, silent), ["etcd-2/etcd"]);
  // Seen since, which tells of no change.
  assert.deepEqual(differences(silent, seen), []);
  assert.deepEqual(silentSince(silent, seen), []);
});

test("a program that is gone with its version is gone, not silent", () => {
  const seen = partsOf(inventory, digests);
  const left = Object.fromEntries(
    Object.entries(seen).filter(([name]) => !/^(?:consumer|version of) etcd-2/.test(name)),
  );
  assert.deepEqual(differences(seen, left), ["consumer etcd-2/etcd is gone"]);
  assert.deepEqual(silentSince(seen, left), []);
});
