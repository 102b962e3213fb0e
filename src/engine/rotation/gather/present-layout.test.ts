import assert from "node:assert/strict";
import { test } from "node:test";

import { settle } from "../../../core/estate/settle.ts";
import type { SlotId } from "../../../core/model/inventory.ts";
import type { Material } from "../../etcd/check/material.ts";
import { layoutOf, type Layout } from "../layout.ts";
import type { Look } from "../look.ts";
import type { SlotContent } from "../read-slot.ts";
import { presentLayout } from "./present-layout.ts";

const settled = settle(
  {
    nodes: { m1: { addresses: ["10.0.0.1"] }, m2: { addresses: ["10.0.0.2"] } },
    kubernetes: {
      cluster: "main",
      version: "1.35.4",
      kubeconfig: "/root/.kube/config",
      endpoint: "api.example.org:6443",
      controlPlane: ["m1", "m2"],
    },
  },
  (path) => path,
);
assert.ok(settled.ok);
const whole = layoutOf(settled.estate);

const something: SlotContent = {
  held: { digest: "" as never, mode: 0o600, changedAt: 0 },
  certificates: [],
  strayKeys: 0,
  faults: [],
};
const nothing: SlotContent = { certificates: [], strayKeys: 0, faults: [] };

/** Nothing lies where `absent` matches, and nobody can tell where `unseen` does. */
const presentWith = (
  absent: RegExp,
  unseen = /^$/,
  issuers: readonly string[] = ["service-account-keys"],
): Promise<Layout> =>
  presentLayout({
    at: {
      layout: whole,
      ports: { authority: { issuers: async () => issuers.map((name) => ({ name })) } },
    },
    content: async (id: SlotId): Promise<Material<SlotContent>> =>
      unseen.test(id)
        ? { ok: false, why: "away" }
        : { ok: true, value: absent.test(id) ? nothing : something },
  } as unknown as Look);

const gone = ({ consumers, slots, edges }: Layout): readonly string[] =>
  [
    ...[...whole.consumers.keys()].filter((id) => !consumers.has(id)),
    ...[...whole.slots.keys()].filter((id) => !slots.has(id)),
    ...[...whole.edges.keys()].filter((id) => !edges.has(id)),
  ].toSorted();

test("a layout in which everything is there is left as it is", async () => {
  assert.equal(await presentWith(/^$/), whole);
});

test("a kubeconfig that kubeadm wrote on the first master only is not missed on the second", async () => {
  assert.deepEqual(gone(await presentWith(/^m2\/super-admin/)), [
    "m2/super-admin",
    "m2/super-admin/certificate",
    "m2/super-admin/trust",
    "m2/super-admin>m1/kube-apiserver",
    "m2/super-admin>m2/kube-apiserver",
  ]);
});

test("an operator with a token still trusts, and shows nothing", async () => {
  const layout = await presentWith(/^operator\/kubeconfig\/certificate/);
  assert.deepEqual(gone(layout), ["operator/kubeconfig/certificate"]);
  const edge = [...layout.edges.values()].find(({ client }) => client === "operator/kubeconfig")!;
  assert.deepEqual(
    [edge.clientTrusts, edge.serverPresents, edge.clientPresents, edge.serverTrusts],
    ["operator/kubeconfig/trust", "m1/kube-apiserver/serving", undefined, undefined],
  );
});

test("a client whose certificate is a file that is not there is not there, whatever lies beside it", async () => {
  assert.deepEqual(gone(await presentWith(/^m1\/etcd-healthcheck\/certificate/)), [
    "m1/etcd-healthcheck",
    "m1/etcd-healthcheck/certificate",
    "m1/etcd-healthcheck/trust",
    "m1/etcd-healthcheck>m1/etcd",
  ]);
});

test("what must be there, and what could not be looked at, stays for others to judge", async () => {
  assert.deepEqual(gone(await presentWith(/kube-apiserver|kubelet|kube-root-ca|signer/)), []);
  assert.deepEqual(gone(await presentWith(/^$/, /super-admin/)), []);
});

test("the keys of tokens are there only when the PKI has them", async () => {
  assert.deepEqual(
    gone(await presentWith(/^$/, /^$/, ["kubernetes-ca"])),
    ["m1", "m2"].flatMap((node) => [
      `${node}/kube-apiserver/token-signer`,
      `${node}/kube-apiserver/token-trust`,
      `${node}/kube-controller-manager/token-signer`,
    ]),
  );
});
