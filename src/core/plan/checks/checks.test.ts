/** Each thing that makes a plan unsafe is named before the first write, with a cure. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { digests } from "../../../adapters/crypto/node-digests.ts";
import type { Fingerprint, KeyId } from "../../model/certificate.ts";
import type {
  Consumer,
  GenerationFacts,
  Inventory,
  NodeFacts,
  Slot,
  SlotFault,
} from "../../model/inventory.ts";
import { exampleCluster } from "../examples/cluster.ts";
import type { PlanFinding } from "../finding.ts";
import { planFor, type Wanted } from "../plan-for.ts";

const now = Date.UTC(2026, 10, 1);
const inventory = exampleCluster({
  digests,
  now,
  members: 3,
  issuers: "three",
  clients: [{ name: "root", reload: "handshake", service: "none" }],
  clientsComplete: true,
});
const rotate: Wanted = { kind: "rotate", issuers: ["etcd-client-ca", "etcd-server-ca"] };

const findingsOf = (over: Inventory, wanted: Wanted = rotate): readonly PlanFinding[] => {
  const result = planFor(wanted, over, { now, digests });
  return result.ok ? [] : result.findings;
};

const withSlot = (id: string, change: (slot: Slot) => Slot): Inventory => ({
  ...inventory,
  slots: inventory.slots.map((slot) => (slot.id === id ? change(slot) : slot)),
});
const withNode = (change: Partial<NodeFacts>): Inventory => ({
  ...inventory,
  nodes: inventory.nodes.map((node) =>
    node.name === "etcd-2" ? Object.assign({ ...node }, change) : node,
  ),
});
const withMember = (change: Partial<Consumer>): Inventory => ({
  ...inventory,
  consumers: inventory.consumers.map((one) =>
    one.id === "etcd-2/etcd" ? Object.assign({ ...one }, change) : one,
  ),
});
const withGeneration = (issuer: string, change: Partial<GenerationFacts>): Inventory => ({
  ...inventory,
  issuers: inventory.issuers.map((one) =>
    one.name === issuer
      ? { name: issuer, generations: [{ ...one.generations[0]!, ...change }] }
      : one,
  ),
});
const withFault = (kind: SlotFault["kind"]): Inventory =>
  withSlot("etcd-3/etcd/client-trust", (slot) => ({
    ...slot,
    faults: [{ kind, evidence: "seen" }],
  }));
const withStranger = (key: KeyId, id: string): Inventory => {
  const stranger = "f".repeat(64) as Fingerprint;
  const changed = withSlot(id, (slot) => ({
    ...slot,
    holds: { ...slot.holds!, certificates: [...slot.holds!.certificates, stranger] },
  }));
  const facts = {
    ...inventory.certificates[0]!,
    fingerprint: stranger,
    key,
    subject: "CN=stranger",
  };
  return { ...changed, certificates: [...changed.certificates, facts] };
};

const keyOf = (issuer: string): KeyId =>
  inventory.issuers.find(({ name }) => name === issuer)!.generations[0]!.key;

const cases: readonly (readonly [string, Inventory, string, string])[] = [
  [
    "a node that cannot be reached",
    withNode({ reachable: false, why: "no route" }),
    "node-unreachable",
    "etcd-2",
  ],
  ["a clock that is two minutes behind", withNode({ clockSkew: -120_000 }), "clock-skew", "etcd-2"],
  [
    "a member that is not healthy",
    withMember({ healthy: false }),
    "member-unhealthy",
    "etcd-2/etcd",
  ],
  [
    "a member that nobody can restart",
    withMember({ service: "none" }),
    "not-restartable",
    "etcd-2/etcd",
  ],
  [
    "a bundle that cannot be read",
    withFault("unreadable"),
    "slot-unreadable",
    "etcd-3/etcd/client-trust",
  ],
  [
    "a bundle with a private key in it",
    withFault("private-key"),
    "slot-private-key",
    "etcd-3/etcd/client-trust",
  ],
  [
    "a bundle in kubeadm's wrong order",
    withFault("order"),
    "slot-order",
    "etcd-3/etcd/client-trust",
  ],
  [
    "a member's file that is missing",
    withSlot("etcd-1/etcd/server", (slot) => {
      const { holds, ...rest } = slot;
      return holds === undefined ? slot : rest;
    }),
    "slot-empty",
    "etcd-1/etcd/server",
  ],
  [
    "a port that shows another certificate than the file",
    withSlot("etcd-1/etcd/server", (slot) => ({
      ...slot,
      serves: ["a".repeat(64) as Fingerprint],
    })),
    "served-other",
    "etcd-1/etcd/server",
  ],
  [
    "a leaf that no generation of ours signed",
    {
      ...inventory,
      issuers: inventory.issuers.map((one) =>
        one.name === "etcd-server-ca"
          ? {
              name: one.name,
              generations: [{ ...one.generations[0]!, key: "9".repeat(64) as KeyId }],
            }
          : one,
      ),
    },
    "issuer-foreign",
    "etcd-1/etcd/server",
  ],
  [
    "a bundle that trusts another rotated issuer too",
    withStranger(keyOf("etcd-server-ca"), "etcd-1/etcd/peer-trust"),
    "bundle-mixed",
    "etcd-1/etcd/peer-trust",
  ],
  [
    "a CA that has expired",
    withGeneration("etcd-client-ca", { notAfter: now - 1 }),
    "ca-expired",
    "etcd-client-ca",
  ],
  [
    "a CA that does not sign",
    withGeneration("etcd-client-ca", { stage: "retiring" }),
    "issuer-idle",
    "etcd-client-ca",
  ],
  [
    "a connection that fails already",
    {
      ...withGeneration("etcd-peer-ca", {}),
      edges: inventory.edges.map((edge) =>
        edge.id === "client/root>etcd-1/etcd"
          ? { ...edge, clientTrusts: "etcd-1/etcd/peer-trust" as Slot["id"] }
          : edge,
      ),
    },
    "connection-broken",
    "client/root>etcd-1/etcd",
  ],
];

test("the untouched estate is planned, so that what follows is refused for its one fault", () => {
  assert.deepEqual(findingsOf(inventory), []);
});

for (const [what, over, rule, subject] of cases) {
  test(`${what} is named before the first write, with a cure`, () => {
    const found = findingsOf(over).find((one) => one.rule === rule && one.subject === subject);
    assert.ok(found !== undefined, JSON.stringify(findingsOf(over)));
    assert.ok(found.text.length > 20 && found.cure.length > 10, found.text);
  });
}

test("a bundle that trusts the CA above the issuer cannot shut an old generation out, and is refused for that alone", () => {
  const id = "etcd-1/etcd/client-trust";
  const stranger = "f".repeat(64) as Fingerprint;
  const over = withStranger("8".repeat(64) as KeyId, id);
  const own = inventory.issuers.find(({ name }) => name === "etcd-client-ca")!.generations[0]!;
  const signedAbove: Inventory = {
    ...over,
    certificates: over.certificates.map((one) =>
      one.fingerprint === own.certificate
        ? Object.assign({ ...one }, { signedBy: "8".repeat(64) as KeyId })
        : one,
    ),
    slots: over.slots.map((slot) =>
      slot.id === id
        ? Object.assign({ ...slot }, { holds: { ...slot.holds!, certificates: [stranger] } })
        : slot,
    ),
  };
  assert.deepEqual(
    findingsOf(signedAbove).map(({ rule, subject }) => [rule, subject]),
    [["bundle-above", id]],
  );
});

test("an issuer that nobody has is named, with the one that was meant", () => {
  const [found] = findingsOf(inventory, { kind: "rotate", issuers: ["etcd-pear-ca"] });
  assert.equal(found?.rule, "issuer-unknown");
  assert.equal(found.cure, "did you mean etcd-peer-ca?");
});

test("a cross-signature that is asked for and impossible is refused with why", () => {
  const obstacles = [
    [{ pathLength: 0 }, /path length of 0/],
    [{ canSign: false }, /private key is not in this PKI/],
    [{ notAfter: now + 3_600_000 }, /perhaps before the run does/],
  ] as const;
  for (const [change, why] of obstacles) {
    const over = withGeneration("etcd-client-ca", change);
    const found = findingsOf(over, { ...rotate, protocol: "cross-signed" });
    assert.equal(found.length, 1);
    assert.equal(found[0]?.rule, "cross-sign-impossible");
    assert.match(found[0]?.text, why);
  }
});

test("a fault in a bundle does not keep a stolen key from being replaced: the bundle is written anew", () => {
  const wanted: Wanted = { kind: "replace-key", issuer: "etcd-client-ca" };
  assert.deepEqual(findingsOf(withFault("private-key"), wanted), []);
  assert.equal(findingsOf(withFault("unreadable"), wanted)[0]?.rule, "slot-unreadable");
});
