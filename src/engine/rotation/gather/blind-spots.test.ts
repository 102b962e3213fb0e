import assert from "node:assert/strict";
import { test } from "node:test";

import type { EtcdDeclaration, KubernetesDeclaration } from "../../../core/estate/declaration.ts";
import { settle } from "../../../core/estate/settle.ts";
import type { BlindSpot } from "../../../core/model/inventory.ts";
import { layoutOf } from "../layout.ts";
import type { Look } from "../look.ts";
import { blindSpots } from "./blind-spots.ts";

const kubernetes: KubernetesDeclaration = {
  cluster: "main",
  version: "1.35.4",
  kubeconfig: "/root/.kube/config",
  endpoint: "[fd00::1]:6443",
  controlPlane: ["m1"],
};
const etcd: EtcdDeclaration = { cluster: "store", version: "3.6", members: [{ node: "e1" }] };

/** Of an estate in which nothing else is to be seen. */
const spotsOf = async (declared: {
  readonly kubernetes?: KubernetesDeclaration;
  readonly etcd?: EtcdDeclaration;
}): Promise<readonly BlindSpot[]> => {
  const settled = settle(
    { nodes: { m1: { addresses: ["10.0.0.1"] }, e1: { addresses: ["10.0.0.5"] } }, ...declared },
    (path) => path,
  );
  assert.ok(settled.ok);
  const layout = { ...layoutOf(settled.estate), consumers: new Map(), slots: new Map() };
  const ports = { authority: { issuers: async () => [] } };
  return blindSpots({ at: { layout, ports } } as unknown as Look, [], []);
};

test("who else uses a cluster is one blind spot of all its CAs, with its stacked etcd's", async () => {
  const [spot, ...rest] = await spotsOf({ kubernetes });
  assert.deepEqual(rest, []);
  assert.equal(spot?.id, "clients-outside");
  assert.equal(spot.where, "https://[fd00::1]:6443");
  assert.deepEqual(spot.issuers, ["kubernetes-ca", "front-proxy-ca", "etcd-ca"]);
});

test("an etcd of its own has clients of its own, and accepting one spot is accepting both", async () => {
  const external = { ...kubernetes, etcd: "external" } as const;
  const [spot, ...rest] = await spotsOf({ kubernetes: external, etcd });
  assert.deepEqual(rest, []);
  assert.equal(spot?.where, "https://[fd00::1]:6443; https://10.0.0.5:2379");
  assert.match(spot.why, /kubeconfigs elsewhere.*others than root/);
  assert.deepEqual(spot.issuers, [
    "kubernetes-ca",
    "front-proxy-ca",
    "etcd-server-ca",
    "etcd-client-ca",
  ]);
});

test("the operator's word is taken for the cluster that it was given for", async () => {
  assert.deepEqual(await spotsOf({ kubernetes: { ...kubernetes, clientsComplete: true } }), []);
  assert.deepEqual(await spotsOf({ etcd: { ...etcd, clientsComplete: true } }), []);
  const known = { ...kubernetes, etcd: "external", clientsComplete: true } as const;
  const [spot] = await spotsOf({ kubernetes: known, etcd });
  assert.equal(spot?.where, "https://10.0.0.5:2379");
});
