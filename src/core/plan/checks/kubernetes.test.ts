/** What makes a kubeadm cluster's plan unsafe is named before the first write, with a cure. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { digests } from "../../../adapters/crypto/node-digests.ts";
import type { Fingerprint, KeyId } from "../../model/certificate.ts";
import type { Inventory, Slot } from "../../model/inventory.ts";
import { exampleIssuers, exampleKubernetes } from "../examples/kubernetes.ts";
import { planFor, type Wanted } from "../plan-for.ts";

const now = Date.UTC(2026, 10, 1);
const { cluster, frontProxy } = exampleIssuers;
const inventory = exampleKubernetes({
  digests,
  now,
  masters: 3,
  workers: 1,
  workloads: ["deployment/kube-system/coredns"],
  clientsComplete: true,
});
const rotate: Wanted = { kind: "rotate", issuers: [cluster], protocol: "bundle" };

const rulesOf = (over: Inventory, wanted: Wanted = rotate) => {
  const result = planFor(wanted, over, { now, digests });
  return result.ok ? [] : result.findings;
};

const withSlots = (which: (slot: Slot) => boolean, change: (slot: Slot) => Slot): Inventory => ({
  ...inventory,
  slots: inventory.slots.map((slot) => (which(slot) ? change(slot) : slot)),
});
const withConsumer = (id: string, healthy: boolean): Inventory => ({
  ...inventory,
  consumers: inventory.consumers.map((one) =>
    one.id === id ? Object.assign({ ...one }, { healthy }) : one,
  ),
});

const stranger = "f".repeat(64) as Fingerprint;
const withStranger = (over: Inventory): Inventory => ({
  ...over,
  certificates: [
    ...over.certificates,
    {
      ...over.certificates[0]!,
      fingerprint: stranger,
      key: "e".repeat(64) as KeyId,
      signedBy: "e".repeat(64) as KeyId,
      subject: "CN=another cluster",
    },
  ],
});

test("the untouched cluster is planned, so that what follows is refused for its one fault", () => {
  assert.deepEqual(rulesOf(inventory), []);
});

test("a master whose ca.crt is another one than the others' is named with what each has", () => {
  const over = withStranger(
    withSlots(
      ({ place }) => place.path === "/etc/kubernetes/pki/ca.crt" && place.node === "master-2",
      (slot) => ({
        ...slot,
        holds: { ...slot.holds!, certificates: [...slot.holds!.certificates, stranger] },
      }),
    ),
  );
  const found = rulesOf(over).find(({ rule }) => rule === "masters-differ");
  assert.equal(found?.subject, "/etc/kubernetes/pki/ca.crt");
  assert.equal(found.evidence.length, 3);
  assert.match(found.evidence[1] ?? "", /^master-2: .*another cluster/);
});

test("a master without the CA's key is named before anything is written", () => {
  const over = withSlots(
    ({ id }) => id === "master-3/kubeadm/ca",
    (slot) => {
      const { holds, ...rest } = slot;
      return holds === undefined ? slot : rest;
    },
  );
  assert.deepEqual(
    rulesOf(over).map(({ rule, subject }) => [rule, subject]),
    [["signer-missing", "master-3/kubeadm/ca"]],
  );
});

test("a CA that signs and is none of ours is named, with how it is adopted", () => {
  const over = withStranger(
    withSlots(
      ({ role, issuer, place }) =>
        role === "signs" && issuer === frontProxy && place.form !== undefined,
      (slot) => ({ ...slot, holds: { ...slot.holds!, certificates: [stranger] } }),
    ),
  );
  const found = rulesOf(over, { kind: "rotate", issuers: [frontProxy] });
  assert.equal(found.length, 3);
  for (const { rule, cure } of found) {
    assert.equal(rule, "signer-foreign");
    assert.match(cure, /certwright ca adopt front-proxy-ca --certificate \/etc\//);
  }
});

test("without the CA's key here no signer can be given files of its own, and the way to adopt it is said", () => {
  const over: Inventory = {
    ...inventory,
    issuers: inventory.issuers.map(({ name, generations }) => ({
      name,
      generations: [{ ...generations[0]!, canSign: false }],
    })),
  };
  const [found, ...others] = rulesOf(over);
  assert.equal(found?.rule, "cannot-sign");
  assert.equal(
    found.cure,
    "adopt it with its key: certwright ca adopt kubernetes-ca --certificate /etc/kubernetes/pki/ca.crt --key /etc/kubernetes/pki/ca.key",
  );
  assert.deepEqual(others, []);
});

test("a kubelet, a workload or an API server that is not well is looked after first, each with the command that tells why", () => {
  for (const [id, command] of [
    ["worker-1/kubelet", "kubectl describe node worker-1"],
    ["deployment/kube-system/coredns", "kubectl rollout status deployment/coredns -n kube-system"],
    ["master-2/kube-apiserver", "kubectl -n kube-system describe pod kube-apiserver-master-2"],
  ] as const) {
    const found = rulesOf(withConsumer(id, false));
    assert.deepEqual(
      found.map(({ rule, subject }) => [rule, subject]),
      [["member-unhealthy", id]],
    );
    assert.ok(found[0]?.cure.endsWith(command), found[0]?.cure);
  }
});

test("a workload whose pods cannot be replaced as its owner wants it is named, where it would have to be", () => {
  const id = "deployment/kube-system/coredns";
  const hindered = ["PodDisruptionBudget dns allows 0 to be away"];
  const over: Inventory = {
    ...inventory,
    consumers: inventory.consumers.map((one) =>
      one.id === id ? Object.assign({ ...one }, { hindered }) : one,
    ),
  };
  const [found, ...more] = rulesOf(over);
  assert.deepEqual(more, []);
  assert.deepEqual(
    [found?.rule, found?.subject, found?.evidence],
    ["not-replaceable", id, hindered],
  );
  assert.match(found?.cure ?? "", /kubectl -n kube-system get deployment\/coredns/);
  assert.deepEqual(rulesOf(over, { ...rotate, issuers: [frontProxy] }), []);
});
