import type { EstateNode, EtcdCluster, KubernetesCluster } from "../../core/model/estate.ts";
import type { ConsumerId, Place } from "../../core/model/inventory.ts";
import { slots as apiServerSlots } from "../../programs/kube-apiserver/slots.ts";
import { slots as controllerManagerSlots } from "../../programs/kube-controller-manager/slots.ts";
import { slots as schedulerSlots } from "../../programs/kube-scheduler/slots.ts";
import { port as kubeletPort, slots as kubeletSlots } from "../../programs/kubelet/slots.ts";
import { byHandKubelet, byHandParts } from "./by-hand-layout.ts";
import {
  addressOf,
  edgesOf,
  isKubeadms,
  on,
  operatorId,
  people,
  withKubelets,
} from "./kubernetes-edges.ts";
import { published, workloadPart } from "./kubernetes-objects.ts";
import {
  bareKeys,
  bundle,
  inKubeconfig,
  kubeletPem,
  pair,
  part,
  readAtEachUse,
  readings,
  type Draft,
  type Part,
} from "./kubernetes-part.ts";
import type { KubernetesPart, LayoutParts, PlacedConsumer } from "./layout.ts";

/** The consumers, slots and edges of a cluster, without those of its etcd members. `external`: an etcd of its own. */
export const kubernetesParts = (
  cluster: KubernetesCluster,
  external: EtcdCluster | undefined,
): LayoutParts => {
  const { controlPlane, workloads, components } = cluster;
  const parts = [
    ...controlPlane.flatMap((node) =>
      components === undefined
        ? masterParts(cluster, node)
        : byHandParts(cluster, components, node, external),
    ),
    ...withKubelets(cluster).map((node) => kubelet(cluster, node)),
    ...operator(cluster),
    ...published(cluster),
    ...workloads.map((workload) => workloadPart(cluster, workload)),
  ];
  return {
    consumers: parts.flatMap(({ consumers }) => consumers),
    slots: parts.flatMap(({ slots }) => slots),
    edges: edgesOf(cluster, external),
  };
};

const masterParts = (cluster: KubernetesCluster, node: EstateNode): readonly Part[] => [
  apiServer(cluster, node),
  controllerManager(cluster, node),
  scheduler(cluster, node),
  kubeadm(cluster, node),
  ...(cluster.etcd === undefined ? [] : [etcdHealthcheck(cluster, node)]),
  ...people.map((name) => person(cluster, node, name)),
];

type StaticPod = Extract<
  KubernetesPart["kind"],
  "kube-apiserver" | "kube-controller-manager" | "kube-scheduler"
>;

/** One of the instances that stand in for each other. */
const staticPod = (
  { directory }: KubernetesCluster,
  node: EstateNode,
  program: StaticPod,
): PlacedConsumer => ({
  id: on(node, program),
  program,
  group: program,
  redundancy: program === "kube-apiserver" ? "any" : "standby",
  node,
  service: { kind: "static-pod", manifest: `${directory}/manifests/${program}.yaml` },
  kubernetes: { kind: program },
});

const apiServer = (cluster: KubernetesCluster, node: EstateNode): Part => {
  const { cluster: main, frontProxy, etcd, serviceAccount: tokens } = cluster.issuers;
  const port = { host: addressOf(node), port: cluster.port };
  const ofEtcd = (draft: Draft) => (cluster.etcd === undefined ? undefined : draft);
  return part(staticPod(cluster, node, "kube-apiserver"), readings(apiServerSlots, cluster), {
    serving: { issuer: main, place: pair(cluster, node, "apiserver"), port },
    "client-trust": { issuer: main, place: bundle(cluster, node, "ca"), port },
    "kubelet-client": { issuer: main, place: pair(cluster, node, "apiserver-kubelet-client") },
    "etcd-client": ofEtcd({ issuer: etcd, place: pair(cluster, node, "apiserver-etcd-client") }),
    "etcd-trust": ofEtcd({ issuer: etcd, place: bundle(cluster, node, "etcd/ca") }),
    "requestheader-trust": {
      issuer: frontProxy,
      place: bundle(cluster, node, "front-proxy-ca"),
      port,
      admission: "request-header",
    },
    "proxy-client": { issuer: frontProxy, place: pair(cluster, node, "front-proxy-client") },
    "token-trust": { issuer: tokens, place: bareKeys(cluster, node, "public-keys"), port },
    "token-signer": { issuer: tokens, place: bareKeys(cluster, node, "private-key"), port },
  });
};

const controllerManager = (cluster: KubernetesCluster, node: EstateNode): Part => {
  const { cluster: main, frontProxy, serviceAccount: tokens } = cluster.issuers;
  const own = inKubeconfig(cluster, node, "controller-manager.conf");
  return part(
    staticPod(cluster, node, "kube-controller-manager"),
    readings(controllerManagerSlots, cluster),
    {
      "root-ca": { issuer: main, place: bundle(cluster, node, "ca") },
      // Whatever its flags say: nothing is there before a rotation splits it from ca.crt.
      signer: { issuer: main, place: pair(cluster, node, "ca-signer") },
      "kubeconfig-trust": { issuer: main, place: own },
      "kubeconfig-client": { issuer: main, place: own },
      "client-trust": { issuer: main, place: bundle(cluster, node, "ca") },
      "requestheader-trust": { issuer: frontProxy, place: bundle(cluster, node, "front-proxy-ca") },
      "token-signer": { issuer: tokens, place: bareKeys(cluster, node, "private-key") },
    },
  );
};

const scheduler = (cluster: KubernetesCluster, node: EstateNode): Part => {
  const own = {
    issuer: cluster.issuers.cluster,
    place: inKubeconfig(cluster, node, "scheduler.conf"),
  };
  return part(staticPod(cluster, node, "kube-scheduler"), readings(schedulerSlots, cluster), {
    "kubeconfig-trust": own,
    "kubeconfig-client": own,
  });
};

const kubelet = (cluster: KubernetesCluster, node: EstateNode): Part => {
  const issuer = cluster.issuers.cluster;
  const port = { host: addressOf(node), port: kubeletPort };
  const consumer: PlacedConsumer = {
    id: on(node, "kubelet"),
    program: "kubelet",
    node,
    service: cluster.kubelet,
    kubernetes: { kind: "kubelet" },
  };
  const { kubelets } = cluster;
  const drafts =
    kubelets === undefined
      ? {
          "client-trust": { issuer, place: bundle(cluster, node, "ca"), port },
          "kubeconfig-trust": { issuer, place: inKubeconfig(cluster, node, "kubelet.conf") },
          client: { issuer, place: kubeletPem(node) },
        }
      : byHandKubelet(kubelets, node, { issuer, port });
  return part(consumer, readings(kubeletSlots, cluster), drafts);
};

/** The CAs' own keys, for kubeadm's `certs renew` and `join`. */
const kubeadm = (cluster: KubernetesCluster, node: EstateNode): Part => {
  const { cluster: main, frontProxy, etcd } = cluster.issuers;
  const consumer: PlacedConsumer = {
    id: on(node, "kubeadm"),
    program: "kubeadm",
    node,
    service: { kind: "none" },
    kubernetes: { kind: "kubeadm" },
  };
  const key = (issuer: string, name: string): Draft => ({
    issuer,
    place: { ...pair(cluster, node, name), form: { kind: "key" } },
  });
  const names = ["ca", "front-proxy-ca", "etcd-ca"] as const;
  return part(
    consumer,
    names.map((name) => readAtEachUse(name, "signs")),
    {
      ca: key(main, "ca"),
      "front-proxy-ca": key(frontProxy, "front-proxy-ca"),
      "etcd-ca": cluster.etcd === undefined ? undefined : key(etcd, "etcd/ca"),
    },
  );
};

const clientReadings = [
  readAtEachUse("trust", "trusts"),
  readAtEachUse("certificate", "presents"),
] as const;

const client = (id: ConsumerId, node: EstateNode): PlacedConsumer => ({
  id,
  program: "client",
  node,
  service: { kind: "none" },
  optional: true,
});

const etcdHealthcheck = (cluster: KubernetesCluster, node: EstateNode): Part => {
  const issuer = cluster.issuers.etcd;
  return part(client(on(node, "etcd-healthcheck"), node), clientReadings, {
    trust: { issuer, place: bundle(cluster, node, "etcd/ca") },
    certificate: { issuer, place: pair(cluster, node, "etcd/healthcheck-client") },
  });
};

/** A kubeconfig of kubeadm's for people; super-admin.conf is on the first master only, since 1.29. */
const person = (
  cluster: KubernetesCluster,
  node: EstateNode,
  name: (typeof people)[number],
): Part =>
  withKubeconfig(
    cluster,
    client(on(node, name), node),
    inKubeconfig(cluster, node, `${name}.conf`),
  );

/** The operator's own; it may have a token in the place of a certificate. */
const operator = (cluster: KubernetesCluster): readonly Part[] => {
  const place: Place = { path: cluster.kubeconfig, form: { kind: "kubeconfig" } };
  const consumer: PlacedConsumer = {
    id: operatorId,
    program: "client",
    service: { kind: "none" },
    optional: true,
  };
  return isKubeadms(cluster) ? [] : [withKubeconfig(cluster, consumer, place)];
};

const withKubeconfig = (
  { issuers }: KubernetesCluster,
  consumer: PlacedConsumer,
  place: Place,
): Part => {
  const own = { issuer: issuers.cluster, place };
  return part(consumer, clientReadings, { trust: own, certificate: own });
};
