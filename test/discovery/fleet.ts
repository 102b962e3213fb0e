/**
 * A large cluster made of what one real cluster said (folder `recorded`): its node and its pod, many times over, its
 * manifests, and objects with and without CAs. Objects are made when they are asked for, from a seed, and never kept.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { writePem } from "../../src/core/x509/pem.ts";
import * as workshop from "../path/workshop.ts";
import type { Entity } from "../path/workshop.ts";
import { seeded } from "./random.ts";

export interface FleetSize {
  readonly masters: number;
  readonly workers: number;
  readonly namespaces: number;
  readonly configMaps: number;
  readonly secrets: number;
  readonly pods: number;
}

/** Objects of the size that is promised: 1,000 nodes and 20,000 other objects. */
export const largeFleet: FleetSize = {
  masters: 5,
  workers: 995,
  namespaces: 500,
  configMaps: 5_000,
  secrets: 8_000,
  pods: 6_420,
};

const recorded = (name: string): string =>
  readFileSync(join(import.meta.dirname, "recorded", name), "utf8");

type Json = Readonly<Record<string, unknown>>;
interface Metadata {
  readonly name: string;
  readonly [field: string]: unknown;
}
interface Recorded extends Json {
  readonly metadata: Metadata;
}
const template = (name: string): Recorded => JSON.parse(recorded(name)) as Recorded;

export interface Fleet {
  readonly size: FleetSize;
  readonly cas: { readonly cluster: Entity; readonly frontProxy: Entity; readonly etcd: Entity };
  readonly masters: readonly string[];
  readonly workers: readonly string[];
  /** Files of each control plane node, by path. */
  readonly files: ReadonlyMap<string, string>;
  /** Number of objects of a list, and each of them by its index. */
  readonly lists: ReadonlyMap<string, { readonly count: number; at(index: number): Json }>;
  readonly objects: ReadonlyMap<string, Json>;
  /** "Secret ns-3/planted-7": what holds a CA and is its owner's to write. */
  readonly planted: ReadonlySet<string>;
}

const pem = (...entities: readonly Entity[]): string =>
  entities.map(({ certificate }) => writePem("CERTIFICATE", certificate.der)).join("");
const base64 = (text: string): string => Buffer.from(text).toString("base64");

const kubeconfig = (ca: string): string => `apiVersion: v1
kind: Config
clusters:
- cluster:
    certificate-authority-data: ${base64(ca)}
    server: https://api.example.org:6443
  name: prod
users: []
`;

/** Every so many Secrets and ConfigMaps one has a CA in it. */
const plantEvery = 100;

/** The same for the same seed, but for the keys. */
export const makeFleet = (size: FleetSize, seed: number): Fleet => {
  const cas = {
    cluster: workshop.ca("CN=kubernetes"),
    frontProxy: workshop.ca("CN=front-proxy-ca"),
    etcd: workshop.ca("CN=etcd-ca"),
  };
  const strangers = Array.from({ length: 50 }, (_, i) =>
    pem(workshop.leaf([], workshop.ca(`CN=stranger-${i}`), { subject: `CN=app-${i}` })),
  );
  const monitor = pem(workshop.leaf([], cas.etcd, { subject: "CN=prometheus" }));
  const clusterPem = pem(cas.cluster);
  const names = (word: string, count: number): string[] =>
    Array.from({ length: count }, (_, i) => `${word}-${i + 1}`);
  const masters = names("master", size.masters);
  const workers = names("worker", size.workers);
  const planted = new Set<string>();
  const plant = (kind: string, namespace: string | undefined, name: string): void =>
    void planted.add(`${kind} ${namespace === undefined ? "" : `${namespace}/`}${name}`);

  /** Text that looks like what applications keep: no certificates. */
  const filler = (index: number, longest: number): string => {
    const next = seeded(seed * 1_000_003 + index);
    const words = 10 + next(longest);
    return Array.from({ length: words }, () => next(2 ** 32).toString(36)).join(" ");
  };
  const namespaceOf = (index: number): string => `ns-${index % size.namespaces}`;

  /** Each way that a CA is found in a text, in turn. */
  const ways: readonly ((ca: string) => string)[] = [
    (ca) => ca,
    (ca) => `# trusted\n${ca}\n`,
    kubeconfig,
    (ca) => JSON.stringify({ tlsClientConfig: { caData: base64(ca) } }),
    (ca) => JSON.stringify({ ca }),
  ];
  const holding = (index: number): string | undefined =>
    index % plantEvery === 7
      ? ways[Math.floor(index / plantEvery) % ways.length]!(clusterPem)
      : index % plantEvery === 8
        ? monitor
        : undefined;
  for (const [kind, count] of [
    ["ConfigMap", size.configMaps],
    ["Secret", size.secrets],
  ] as const) {
    for (let i = 0; i < count; i++)
      if (holding(i) !== undefined) plant(kind, namespaceOf(i), `${kind.toLowerCase()}-${i}`);
  }

  const configMap = (index: number): Json => ({
    metadata: { name: `configmap-${index}`, namespace: namespaceOf(index) },
    data: { "app.conf": filler(index, 400), extra: holding(index) ?? strangers[index % 50]! },
  });
  const secret = (index: number): Json => ({
    metadata: { name: `secret-${index}`, namespace: namespaceOf(index) },
    type: "Opaque",
    data: {
      "tls.crt": base64(holding(index) ?? strangers[index % 50]!),
      other: base64(filler(index, 800)),
    },
  });
  const rootCa = (index: number): Json => ({
    metadata: { name: "kube-root-ca.crt", namespace: `ns-${index}` },
    data: { "ca.crt": clusterPem },
  });
  const withCa = (count: number, make: (index: number, ca: string) => Json) => ({
    count,
    at: (index: number) => make(index, index % 2 === 0 ? clusterPem : strangers[index % 50]!),
  });
  const hooks = () =>
    withCa(20, (index, ca) => ({
      metadata: { name: `hook-${index}` },
      webhooks: [{ name: "a.example.org", clientConfig: { caBundle: base64(ca) } }],
    }));
  for (let i = 0; i < 20; i += 2) {
    plant("ValidatingWebhookConfiguration", undefined, `hook-${i}`);
    plant("MutatingWebhookConfiguration", undefined, `hook-${i}`);
    plant("CustomResourceDefinition", undefined, `crd-${i}`);
    plant("APIService", undefined, `v1.x-${i}`);
  }

  const node = template("node.json");
  const pod = template("pod.json");
  const allNodes = [...masters, ...workers];
  const version = (JSON.parse(recorded("version.json")) as { gitVersion: string }).gitVersion;
  const nodeAt = (index: number): Json => {
    const name = allNodes[index]!;
    const isMaster = index < masters.length;
    const { labels } = node.metadata as { labels?: Readonly<Record<string, string>> };
    const status = node["status"] as { nodeInfo: Json };
    const address = `10.${Math.floor(index / 65_536) % 256}.${Math.floor(index / 256) % 256}.${index % 256}`;
    return {
      ...node,
      metadata: {
        ...node.metadata,
        name,
        labels: { ...labels, ...(isMaster ? { "node-role.kubernetes.io/control-plane": "" } : {}) },
      },
      status: {
        ...status,
        nodeInfo: { ...status.nodeInfo, kubeletVersion: version },
        addresses: [
          { type: "InternalIP", address },
          { type: "Hostname", address: name },
        ],
      },
    };
  };
  const podAt = (index: number): Json => {
    const app = `app-${index % 200}`;
    return {
      ...pod,
      metadata: {
        ...pod.metadata,
        name: `${app}-f5bd4bd6-${index}`,
        namespace: index % 200 === 0 ? "kube-system" : namespaceOf(index % 200),
        ownerReferences: [{ kind: "ReplicaSet", name: `${app}-f5bd4bd6`, controller: true }],
      },
    };
  };

  /** Of apps that elect a leader, by one of their pods each. */
  const leaseAt = (index: number): Json => {
    const { name, namespace } = podAt(index + 100)["metadata"] as Metadata;
    return {
      metadata: { name: `lock-${index}`, namespace },
      spec: { holderIdentity: `${name}_8f9d3c1e` },
    };
  };

  return {
    size,
    cas,
    masters,
    workers,
    planted,
    files: new Map([
      ["/etc/kubernetes/pki/ca.crt", clusterPem],
      ["/etc/kubernetes/pki/ca.key", "key of the cluster's CA\n"],
      ["/etc/kubernetes/pki/front-proxy-ca.crt", pem(cas.frontProxy)],
      ["/etc/kubernetes/pki/front-proxy-ca.key", "key of the front proxy's CA\n"],
      ["/etc/kubernetes/pki/etcd/ca.crt", pem(cas.etcd)],
      ["/etc/kubernetes/pki/etcd/ca.key", "key of etcd's CA\n"],
      ["/etc/kubernetes/pki/sa.key", "key of service accounts\n"],
      ["/etc/kubernetes/pki/sa.pub", "public key of service accounts\n"],
      ...["kube-apiserver", "kube-controller-manager", "kube-scheduler", "etcd"].map(
        (program) =>
          [`/etc/kubernetes/manifests/${program}.yaml`, recorded(`${program}.yaml`)] as const,
      ),
    ]),
    lists: new Map([
      ["/api/v1/nodes", { count: allNodes.length, at: nodeAt }],
      [
        "/api/v1/configmaps",
        {
          count: size.namespaces + size.configMaps,
          at: (i) => (i < size.namespaces ? rootCa(i) : configMap(i - size.namespaces)),
        },
      ],
      ["/api/v1/secrets", { count: size.secrets, at: secret }],
      ["/api/v1/pods", { count: size.pods, at: podAt }],
      ["/apis/coordination.k8s.io/v1/leases", { count: 50, at: leaseAt }],
      ["/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations", hooks()],
      ["/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations", hooks()],
      [
        "/apis/apiextensions.k8s.io/v1/customresourcedefinitions",
        withCa(20, (index, ca) => ({
          metadata: { name: `crd-${index}` },
          spec: {
            conversion: { webhook: { clientConfig: { caBundle: base64(ca) } } },
            versions: [{ schema: filler(index, 4000) }],
          },
        })),
      ],
      [
        "/apis/apiregistration.k8s.io/v1/apiservices",
        withCa(20, (index, ca) => ({
          metadata: { name: `v1.x-${index}` },
          spec: { caBundle: base64(ca) },
        })),
      ],
    ]),
    objects: new Map([
      ["/version", JSON.parse(recorded("version.json")) as Json],
      ["/api/v1/namespaces/kube-system/configmaps/kubeadm-config", template("kubeadm-config.json")],
    ]),
  };
};
