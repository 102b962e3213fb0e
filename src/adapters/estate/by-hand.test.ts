import assert from "node:assert/strict";
import { test } from "node:test";
import { type FoundMember, serviceOf } from "../../core/discovery/by-hand.ts";
import type { Discovery } from "../../core/discovery/discovery.ts";
import { estateText } from "../../core/discovery/estate-text.ts";
import type { Estate } from "../../core/model/estate.ts";
import { parseEstate } from "./read-estate.ts";

const ssh = { destination: "m1", sudo: false } as const;
const own = ["sv", "VERB", "NAME"];

const member = (node: string, rest: Partial<FoundMember> = {}): FoundMember => ({
  name: node,
  node,
  service: { kind: "systemd", unit: "etcd.service" },
  clientPort: 2379,
  peerPort: 2380,
  dataDirectory: "/var/lib/etcd",
  files: {
    serverCertificate: "/etc/etcd/server.pem",
    serverKey: "/etc/etcd/server-key.pem",
    peerCertificate: "/etc/etcd/peer.pem",
    peerKey: "/etc/etcd/peer-key.pem",
    peerTrust: "/etc/etcd/ca.pem",
    clientTrust: "/etc/etcd/ca.pem",
  },
  ...rest,
});

const found = (members: readonly FoundMember[]): Discovery => ({
  cluster: "kubernetes",
  version: "1.35.4",
  kubeconfig: "/root/.kube/config",
  endpoint: { host: "api.example.org", port: 443 },
  port: 6443,
  etcd: "external",
  controlPlane: [{ name: "m1", addresses: ["10.0.0.1"], ssh }],
  workers: [],
  kubelet: { kind: "systemd", unit: "kubelet.service" },
  byHand: {
    components: {
      "kube-apiserver": {
        service: { kind: "systemd", unit: "kube-apiserver.service" },
        flags: {
          "client-ca-file": "/etc/kube/ca.pem",
          "tls-cert-file": "/etc/kube/apiserver.pem",
          "tls-private-key-file": "/etc/kube/apiserver-key.pem",
        },
      },
      "kube-controller-manager": {
        service: serviceOf(own, "kube-controller-manager"),
        flags: { kubeconfig: "/etc/kube/manager.conf", "root-ca-file": "/etc/kube/ca.pem" },
      },
      "kube-scheduler": {
        service: serviceOf(own, "kube-scheduler"),
        flags: { kubeconfig: "/etc/kube/scheduler.conf" },
      },
    },
    issuers: { cluster: "kubernetes-ca", frontProxy: "kubernetes-ca", etcd: "etcd-ca" },
    etcd: {
      cluster: "store",
      version: "3.6",
      owner: { user: "etcd", group: "etcd" },
      binary: "/usr/local/bin/etcd",
      issuers: { peer: "etcd-peer-ca", server: "etcd-ca", client: "etcd-ca" },
      members,
    },
    etcdNodes: members.map(({ node }, i) => ({
      name: node,
      addresses: [`10.0.1.${i + 1}`],
      ssh,
    })),
  },
  cas: [],
  holders: [
    {
      kind: "ConfigMap",
      namespace: "default",
      name: "both",
      resource: "/api/v1/namespaces/default/configmaps/both",
      fields: ["data.ca"],
      holds: "trust",
      cas: ["cluster", "frontProxy"],
      fingerprints: [],
      owner: "an operator",
      writer: "owner",
    },
  ],
  workloads: [],
  loosePods: [],
  notes: [],
});

const estateOf = (members: readonly FoundMember[]): Estate =>
  parseEstate(estateText(found(members), "2030-01-01"), "/c.yaml");

test("what was found of a cluster made by hand is read back as its estate", () => {
  const { kubernetes, etcd } = estateOf([member("e1"), member("e2")]);
  const { components, issuers } = kubernetes!;
  assert.equal(components?.["kube-apiserver"].flags["client-ca-file"], "/etc/kube/ca.pem");
  assert.deepEqual(components["kube-scheduler"].service, {
    kind: "command",
    restart: ["sv", "restart", "kube-scheduler"],
    stop: ["sv", "stop", "kube-scheduler"],
    start: ["sv", "start", "kube-scheduler"],
  });
  assert.equal(issuers.frontProxy, "kubernetes-ca");
  assert.equal(etcd?.issuers.peer, "etcd-peer-ca");
  assert.deepEqual(
    etcd.members.map(({ name, node }) => [name, node.addresses]),
    [
      ["e1", [{ kind: "ip4", value: "10.0.1.1" }]],
      ["e2", [{ kind: "ip4", value: "10.0.1.2" }]],
    ],
  );
});

test("members of an etcd that are not alike have their own files and services", () => {
  const other = member("e2", {
    service: serviceOf(own, "etcd"),
    dataDirectory: "/srv/etcd",
    peerPort: 12380,
    files: { ...member("e2").files, serverKey: "/srv/server.key" },
  });
  const [first, second] = estateOf([member("e1"), other]).etcd!.members;
  assert.equal(first?.files?.serverKey, "/etc/etcd/server-key.pem");
  assert.equal(second?.files?.serverKey, "/srv/server.key");
  assert.equal(second?.dataDirectory, "/srv/etcd");
  assert.equal(second?.peerPort, 12380);
});

test("a CA that serves two purposes is one issuer of a holder, too", () => {
  assert.deepEqual(
    estateOf([member("e1")]).kubernetes?.holders.map(({ issuers }) => issuers),
    [["kubernetes-ca"]],
  );
});

test("kubelets are written with the nodes that they run on, and read back", () => {
  const whole = found([member("e1")]);
  const kubelets = {
    service: { kind: "command", restart: ["sv", "restart", "kubelet"] },
    onMasters: true,
    files: {
      clientTrust: "/etc/kube/ca.pem",
      kubeconfig: "/etc/kube/kubelet.conf",
      certificateDirectory: "/var/lib/kubelet/pki",
    },
  } as const;
  const text = estateText(
    {
      ...whole,
      workers: [{ name: "w1", addresses: ["10.0.0.9"], ssh }],
      byHand: { ...whole.byHand!, kubelets },
    },
    "2030-01-01",
  );
  const { kubernetes } = parseEstate(text, "/c.yaml");
  assert.deepEqual(
    kubernetes?.workers.map(({ name }) => name),
    ["w1"],
  );
  const { service, ...rest } = kubelets;
  assert.deepEqual(kubernetes.kubelets, rest);
  assert.deepEqual(kubernetes.kubelet, service);
});
