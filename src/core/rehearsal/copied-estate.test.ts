import assert from "node:assert/strict";
import { test } from "node:test";
import { settle } from "../estate/settle.ts";
import { copiedEstate, copiedNodes, planeNodes } from "./copied-estate.ts";

const settled = settle(
  {
    nodes: {
      m1: { addresses: ["10.0.0.1"] },
      e1: { addresses: ["10.0.0.2"] },
      w1: { addresses: ["10.0.0.3"] },
      b1: { addresses: ["10.0.0.4"] },
    },
    etcd: {
      cluster: "store",
      version: "3.6",
      binary: "/opt/etcd-3.6/etcd-server",
      owner: { user: "etcd", group: "etcd" },
      members: [{ node: "m1" }, { node: "e1" }],
      users: { backup: { roles: ["root"] } },
      clients: {
        backup: {
          user: "backup",
          node: "b1",
          certificate: "/b.crt",
          key: "/b.key",
          trust: "/ca.crt",
          reload: "start",
          service: { systemd: "backup.service" },
        },
      },
    },
    kubernetes: {
      etcd: "external",
      cluster: "main",
      version: "1.35.4",
      kubeconfig: "/root/.kube/config",
      endpoint: "10.0.0.1:6443",
      controlPlane: ["m1"],
      workers: ["w1"],
    },
  },
  (path) => path,
);
assert.ok(settled.ok, JSON.stringify(settled));
const { estate } = settled;
const names = (nodes: readonly { readonly name: string }[]): readonly string[] =>
  nodes.map(({ name }) => name);

test("machines of a control plane are masters and members, each once; files are copied from others, too", () => {
  assert.deepEqual(names(planeNodes(estate)), ["m1", "e1"]);
  assert.deepEqual(names(copiedNodes(estate)), ["m1", "e1", "w1", "b1"]);
});

test("nothing in a copy needs an account of the real machines, and no real service of a client is its", () => {
  const { etcd } = copiedEstate(estate);
  assert.deepEqual(etcd?.owner, { user: "root" });
  assert.equal(etcd?.binary, "etcd");
  assert.ok(etcd.clients.length > 0);
  for (const { service } of etcd.clients) assert.deepEqual(service, { kind: "none" });
  assert.deepEqual(etcd.members, estate.etcd?.members);
});
