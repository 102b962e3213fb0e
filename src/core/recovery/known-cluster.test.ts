import assert from "node:assert/strict";
import { test } from "node:test";
import { madeUp } from "./examples/made-up-tree.ts";
import type { FileFound, RecoveryFacts, StaticPodFound } from "./facts.ts";
import { knownCluster } from "./known-cluster.ts";

const starts = (image: string, ...command: readonly string[]): StaticPodFound => ({
  image,
  command,
  mounts: [],
  requests: {},
});

/** What the manifests of a node start whose etcd is elsewhere. */
const manifests: Readonly<Record<string, StaticPodFound>> = {
  "manifests/kube-apiserver.yaml": starts(
    "registry.k8s.io/kube-apiserver:v1.35.4",
    "kube-apiserver",
    "--advertise-address=10.0.0.1",
    "--secure-port=6443",
    "--service-cluster-ip-range=10.96.0.0/12",
    "--etcd-servers=https://10.0.0.20:2379",
  ),
  "manifests/kube-controller-manager.yaml": starts(
    "registry.k8s.io/kube-controller-manager:v1.35.4",
    "kube-controller-manager",
    "--cluster-name=ours",
  ),
  "manifests/kube-scheduler.yaml": starts("kube-scheduler:v1.35.4", "kube-scheduler"),
};

const told: Readonly<Record<string, Partial<FileFound>>> = {
  "pki/apiserver.crt": {
    names: [
      "kube-apiserver",
      "m1",
      "kubernetes",
      "kubernetes.default.svc.ours.example",
      "api.ours.example",
      "10.0.0.1",
      "10.0.0.9",
    ],
  },
  "admin.conf": { server: "https://10.0.0.9:8443" },
  "kubelet.conf": { server: "https://10.0.0.1:6443" },
};

const elsewhere = (): RecoveryFacts => {
  const facts = madeUp({ masters: ["m1"], externalEtcd: true });
  const nodes = facts.nodes.map((node) => ({
    ...node,
    files: node.files.map((file): FileFound => {
      const path = file.path.replace("/etc/kubernetes/", "");
      const pod = manifests[path];
      return Object.assign({}, file, told[path], pod === undefined ? {} : { starts: pod });
    }),
  }));
  return { ...facts, nodes };
};

test("a cluster whose etcd is elsewhere is known by what is left on its nodes", () => {
  const known = knownCluster(elsewhere());
  assert.ok(!("unknown" in known), JSON.stringify(known));
  assert.equal(known.stacked, false);
  assert.equal(known.name, "ours");
  assert.equal(known.version, "1.35.4");
  assert.deepEqual(known.endpoint, { host: "10.0.0.9", port: 8443 });
  assert.equal(known.dnsDomain, "ours.example");
  for (const name of ["10.96.0.1", "10.0.0.9", "api.ours.example"])
    assert.ok(known.serverNames.includes(name), name);
  assert.ok(!known.serverNames.includes("m1"), "each node has a name of its own");
  const [master] = known.masters;
  assert.equal(master?.address, "10.0.0.1");
  assert.equal(master?.pods.etcd, undefined);
});

test("what is neither in etcd's data nor on a disk is asked for", () => {
  const known = knownCluster(madeUp({ masters: ["m1"], externalEtcd: true }));
  assert.ok("unknown" in known);
  assert.match(known.unknown.join(), /kubeadm's configuration/);
});

test("kubelets that the cluster signs for are those of etcd's nodes, where their configuration says so", () => {
  const asking = (kubeletConfig: string) => {
    const facts = elsewhere();
    const data = {
      directory: "/var/lib/etcd",
      bytes: 1,
      members: [],
      pods: [],
      rootCas: [],
      kubeletConfig,
      nodes: [{ name: "m1", addresses: ["10.0.0.1"], names: ["m1", "10.0.0.1"] }],
    };
    const [node] = facts.nodes;
    const nodes = [{ ...node!, witnesses: { ...node!.witnesses, etcd: data } }];
    // Its manifest is not told in here.
    const files = nodes[0]!.files.map((file) =>
      file.path.endsWith("manifests/etcd.yaml")
        ? Object.assign({}, file, { mode: 0o600, starts: starts("etcd:3.6", "etcd") })
        : file,
    );
    const known = knownCluster({ ...facts, nodes: [{ ...nodes[0]!, files }] });
    assert.ok(!("unknown" in known), JSON.stringify(known));
    return known.askingNodes;
  };
  assert.deepEqual(asking("kind: KubeletConfiguration\nserverTLSBootstrap: true\n"), [
    { name: "m1", names: ["m1", "10.0.0.1"] },
  ]);
  assert.deepEqual(asking("kind: KubeletConfiguration\n"), []);
  assert.deepEqual(asking(""), []);
});
