import assert from "node:assert/strict";
import { test } from "node:test";

import type { Estate } from "../model/estate.ts";
import type { EstateDeclaration, EstateFault, KubernetesDeclaration } from "./declaration.ts";
import { etcdOf } from "./etcd-of.ts";
import { settle } from "./settle.ts";

const least: KubernetesDeclaration = {
  cluster: "production",
  version: "v1.35.4",
  kubeconfig: "admin.conf",
  endpoint: "api.example.org:6443",
  controlPlane: ["m1", "m2"],
  workers: ["w1"],
};

const declared = (
  kubernetes: Partial<KubernetesDeclaration>,
  rest: Partial<EstateDeclaration> = {},
): EstateDeclaration => ({
  nodes: {
    m1: { addresses: ["10.0.0.1"] },
    m2: { addresses: ["10.0.0.2", "m2.example.org"] },
    w1: { addresses: ["10.0.0.9"] },
  },
  kubernetes: { ...least, ...kubernetes },
  ...rest,
});

const absolute = (path: string): string => (path.startsWith("/") ? path : `/srv/${path}`);

const estateOf = (kubernetes: Partial<KubernetesDeclaration> = {}): Estate => {
  const settled = settle(declared(kubernetes), absolute);
  assert.ok(settled.ok, JSON.stringify(settled));
  return settled.estate;
};

const faultsOf = (
  kubernetes: Partial<KubernetesDeclaration>,
  rest: Partial<EstateDeclaration> = {},
): readonly EstateFault[] => {
  const settled = settle(declared(kubernetes, rest), absolute);
  return settled.ok ? [] : settled.faults;
};

test("what the estate does not say is as kubeadm makes it", () => {
  const { etcd, controlPlane, workers, ...rest } = estateOf().kubernetes!;
  assert.deepEqual(rest, {
    name: "production",
    version: "1.35.4",
    kubeconfig: "/srv/admin.conf",
    endpoint: { host: "api.example.org", port: 6443 },
    port: 6443,
    directory: "/etc/kubernetes",
    kubelet: { kind: "systemd", unit: "kubelet.service" },
    issuers: {
      cluster: "kubernetes-ca",
      frontProxy: "front-proxy-ca",
      etcd: "etcd-ca",
      serviceAccount: "service-account-keys",
    },
    workloads: [],
    applications: { restart: "discovered", exclude: [], askBefore: [] },
    holders: [],
    clientsComplete: false,
  });
  assert.deepEqual(
    [...controlPlane, ...workers].map(({ name }) => name),
    ["m1", "m2", "w1"],
  );
  assert.notEqual(etcd, undefined);
});

test("a stacked etcd is a cluster of the masters, in static pods, with one CA and one file for both trusts", () => {
  const estate = estateOf({ issuers: { etcd: "store-ca" }, directory: "/srv/k8s" });
  const etcd = etcdOf(estate)!;
  assert.equal(etcd, estate.kubernetes!.etcd);
  assert.deepEqual(etcd.issuers, { peer: "store-ca", server: "store-ca", client: "store-ca" });
  assert.deepEqual([etcd.users, etcd.roles, etcd.clients], [[], [], []]);
  assert.deepEqual(
    etcd.members.map(({ name, node, service, clientPort, peerPort }) => ({
      name,
      node: node.name,
      service,
      clientPort,
      peerPort,
    })),
    ["m1", "m2"].map((name) => ({
      name,
      node: name,
      service: { kind: "static-pod", manifest: "/srv/k8s/manifests/etcd.yaml" },
      clientPort: 2379,
      peerPort: 2380,
    })),
  );
  assert.deepEqual(etcd.members[0]!.files, {
    serverCertificate: "/srv/k8s/pki/etcd/server.crt",
    serverKey: "/srv/k8s/pki/etcd/server.key",
    peerCertificate: "/srv/k8s/pki/etcd/peer.crt",
    peerKey: "/srv/k8s/pki/etcd/peer.key",
    peerTrust: "/srv/k8s/pki/etcd/ca.crt",
    clientTrust: "/srv/k8s/pki/etcd/ca.crt",
  });
});

test("the data of a stacked etcd lies where kubeadm puts it, or was told to", () => {
  const directory = (kubernetes: Partial<KubernetesDeclaration>) =>
    etcdOf(estateOf(kubernetes))!.members[1]!.dataDirectory;
  assert.equal(directory({}), "/var/lib/etcd");
  assert.equal(directory({ etcdDataDirectory: "/srv/etcd" }), "/srv/etcd");
});

test("etcd is of the version that kubeadm installs with Kubernetes", () => {
  const etcdVersion = (version: string) => etcdOf(estateOf({ version }))!.version;
  assert.deepEqual(["1.33.9", "1.34", "v1.36.1"].map(etcdVersion), ["3.5", "3.6", "3.6"]);
});

test("an external etcd is another cluster, which the estate may describe beside it", () => {
  assert.equal(etcdOf(estateOf({ etcd: "external" })), undefined);
  const etcd = { cluster: "store", version: "3.6", members: [{ node: "w1" }] } as const;
  const both = settle(declared({ etcd: "external" }, { etcd }), absolute);
  assert.ok(both.ok);
  assert.equal(etcdOf(both.estate)!.name, "store");
  assert.deepEqual(
    faultsOf({}, { etcd }).map(({ path, message }) => [path.join("."), message]),
    [
      [
        "etcd",
        "the members on the control plane of production are the estate's etcd cluster already",
      ],
    ],
  );
});

test("nodes that are not there or there twice, and words that are no version, endpoint or path, are told by field", () => {
  const cases: readonly (readonly [Partial<KubernetesDeclaration>, string, RegExp, RegExp])[] = [
    [{ controlPlane: ["m1", "m3"] }, "controlPlane.1", /there is no node "m3"/, /did you mean "m/],
    [{ workers: ["w1", "m2"] }, "workers.1", /m2 is in the cluster already/, /once/],
    [{ version: "3.6" }, "version", /"3.6" is no version/, /kubectl version/],
    [{ version: "1.35.4-rc" }, "version", /no version/, /1\.35\.4/],
    [{ endpoint: "api.example.org" }, "endpoint", /is not a host and a port/, /:6443/],
    [{ endpoint: "https://api:6443" }, "endpoint", /is not a host and a port/, /:6443/],
    [{ endpoint: "api:66443" }, "endpoint", /is not a host and a port/, /:6443/],
    [{ kubeconfig: "~/.kube/config" }, "kubeconfig", /only a shell/, /whole path/],
    [
      {
        workloads: [
          { kind: "DaemonSet", namespace: "kube-system", name: "kube-proxy" },
          { kind: "DaemonSet", namespace: "kube-system", name: "kube-proxy" },
        ],
      },
      "workloads.1",
      /DaemonSet kube-system\/kube-proxy is named already/,
      /once/,
    ],
    [{ kubelet: {} }, "kubelet", /exactly one of/, /systemd/],
  ];
  for (const [kubernetes, field, message, hint] of cases) {
    const faults = faultsOf(kubernetes);
    assert.equal(faults.length, 1, JSON.stringify(faults));
    assert.equal(faults[0]!.path.join("."), `kubernetes.${field}`);
    assert.match(faults[0]!.message, message);
    assert.match(faults[0]!.hint ?? "", hint);
  }
});

test("an endpoint may be an IPv6 address in brackets", () => {
  const { endpoint } = estateOf({ endpoint: "[fd00::1]:8443" }).kubernetes!;
  assert.deepEqual(endpoint, { host: "fd00::1", port: 8443 });
});
