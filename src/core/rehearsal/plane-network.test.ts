import assert from "node:assert/strict";
import { test } from "node:test";
import { settle } from "../estate/settle.ts";
import type { Estate } from "../model/estate.ts";
import type { CopiedFile, CopiedPlane } from "./copied-file.ts";
import { planeNetwork, type PlaneNetwork } from "./plane-network.ts";

const estateAt = (endpoint: string): Estate => {
  const settled = settle(
    {
      nodes: {
        m1: { addresses: ["10.0.0.1", "m1.example.org"] },
        m2: { addresses: ["m2.example.org"] },
      },
      kubernetes: {
        cluster: "main",
        version: "1.35.4",
        kubeconfig: "/root/.kube/config",
        endpoint,
        controlPlane: ["m1", "m2"],
      },
    },
    (path) => path,
  );
  assert.ok(settled.ok);
  return settled.estate;
};

const file = (path: string, text: string): CopiedFile => ({
  kind: "file",
  path,
  mode: 0o600,
  content: Buffer.from(text).toString("base64"),
});

const kubeconfig = (server: string): string => `clusters:\n- cluster:\n    server: ${server}\n`;

const networkIn = (estate: Estate, plane: CopiedPlane): PlaneNetwork =>
  planeNetwork(estate, estate.kubernetes!, plane);

const networkOf = (endpoint: string, server: string): PlaneNetwork =>
  networkIn(estateAt(endpoint), {
    services: {},
    nodes: {
      m1: [file("/etc/kubernetes/kubelet.conf", kubeconfig(server))],
      m2: [
        file(
          "/etc/kubernetes/manifests/etcd.yaml",
          "- --listen-client-urls=https://127.0.0.1:2379,https://10.0.0.2:2379\n- --listen-peer-urls=https://10.1.0.2:2380\n",
        ),
      ],
    },
    operator: [],
    left: [],
  });

test("a machine has the addresses of the estate and those at which its manifests listen, and no loopback", () => {
  const { machines } = networkOf("10.0.0.1:6443", "https://10.0.0.1:6443");
  assert.deepEqual(machines, [
    { name: "m1", addresses: ["10.0.0.1"] },
    { name: "m2", addresses: ["10.0.0.2", "10.1.0.2"] },
  ]);
});

test("an endpoint that is a machine's own API server needs nobody before it", () => {
  for (const host of ["10.0.0.1", "m1.example.org"]) {
    const { endpoints, others } = networkOf(`${host}:6443`, `https://${host}:6443`);
    assert.deepEqual([endpoints, others], [[], []], host);
  }
});

test("an address or a name before the API servers is ours, and each kubeconfig's server is one of them", () => {
  const { endpoints, others, hosts } = networkOf("10.0.0.100:6443", "https://api.example.org");
  assert.deepEqual(endpoints, [
    { host: "10.0.0.100", port: 6443 },
    { host: "203.0.113.10", port: 443 },
  ]);
  assert.deepEqual(others, ["10.0.0.100", "203.0.113.10"]);
  assert.match(hosts, /^203\.0\.113\.10 api\.example\.org$/m);
  assert.match(hosts, /^10\.0\.0\.1 m1 m1\.example\.org$/m);
});

test("what else listens on a machine is told, for it is not copied", () => {
  const { endpoints, left } = networkOf("10.0.0.1:8443", "https://10.0.0.1:8443");
  assert.deepEqual(endpoints, []);
  assert.deepEqual(left, ["what listens at 10.0.0.1:8443, which is none of the copied programs"]);
});

test("a proxy on every node's own loopback is ours, too", () => {
  const { endpoints, others } = networkOf("10.0.0.1:6443", "https://127.0.0.1:7443");
  assert.deepEqual(endpoints, [{ host: "127.0.0.1", port: 7443 }]);
  assert.deepEqual(others, []);
});

test("an etcd on machines of its own is part of it, and listens where its flags, variables or file say", () => {
  const settled = settle(
    {
      nodes: {
        m1: { addresses: ["10.0.0.1"] },
        e1: { addresses: ["10.0.0.2", "e1.example.org"] },
        e2: { addresses: ["10.0.0.3"] },
        e3: { addresses: ["10.0.0.4"] },
      },
      etcd: {
        cluster: "store",
        version: "3.6",
        members: [{ node: "e1" }, { node: "e2" }, { node: "e3" }],
      },
      kubernetes: {
        etcd: "external",
        cluster: "main",
        version: "1.35.4",
        kubeconfig: "/root/.kube/config",
        endpoint: "10.0.0.1:6443",
        controlPlane: ["m1"],
      },
    },
    (path) => path,
  );
  assert.ok(settled.ok);
  const member = { program: "etcd", service: { kind: "systemd", unit: "etcd.service" } } as const;
  const { machines, hosts } = networkIn(settled.estate, {
    nodes: { e3: [file("/etc/etcd.yml", "name: e3\nlisten-peer-urls: https://10.1.0.4:2380\n")] },
    services: {
      e1: [{ ...member, words: ["--listen-peer-urls", "https://10.1.0.2:2380"], environment: {} }],
      e2: [
        { ...member, words: [], environment: { ETCD_LISTEN_PEER_URLS: "https://10.1.0.3:2380" } },
      ],
    },
    operator: [],
    left: [],
  });
  assert.deepEqual(machines, [
    { name: "m1", addresses: ["10.0.0.1"] },
    { name: "e1", addresses: ["10.0.0.2", "10.1.0.2"] },
    { name: "e2", addresses: ["10.0.0.3", "10.1.0.3"] },
    { name: "e3", addresses: ["10.0.0.4", "10.1.0.4"] },
  ]);
  assert.match(hosts, /^10\.0\.0\.2 e1 e1\.example\.org$/m);
});
