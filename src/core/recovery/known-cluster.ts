import { parseDocument } from "yaml";
import { flagValue } from "../manifest/flag-value.ts";
import { isRestoring, withoutForce } from "./etcd-command.ts";
import type { NodeIdentity } from "../model/plan.ts";
import { parseIp } from "../x509/ip.ts";
import type { NodeObjectFound, PodFound, RecoveryFacts } from "./facts.ts";
import { fileAt, isStacked } from "./judge.ts";
import { treePrograms, type TreeProgram } from "./tree.ts";

/** What of a cluster has to be known to make its files again. */
export interface KnownCluster {
  readonly name: string;
  /** "1.35.4" */
  readonly version: string;
  readonly endpoint: { readonly host: string; readonly port: number };
  readonly port: number;
  /** Names of API servers besides kubeadm's own: first address of the services, the endpoint, certSANs. */
  readonly serverNames: readonly string[];
  readonly dnsDomain: string;
  readonly etcdNames: readonly string[];
  readonly etcdDataDirectory: string;
  /** Whether its members are on the control plane nodes. */
  readonly stacked: boolean;
  readonly masters: readonly KnownMaster[];
  readonly workers: readonly { readonly name: string; readonly address: string }[];
  /** Nodes whose kubelets have the cluster sign what they serve with (serverTLSBootstrap); empty where they sign it themselves. */
  readonly askingNodes: readonly NodeIdentity[];
}

export interface KnownMaster {
  readonly name: string;
  readonly address: string;
  readonly pods: Readonly<Record<TreeProgram, PodFound | undefined>>;
}

/** What is still needed, each in words. */
export interface Unknowns {
  readonly unknown: readonly string[];
}

interface Configuration {
  readonly kind?: string;
  readonly clusterName?: string;
  readonly kubernetesVersion?: string;
  readonly controlPlaneEndpoint?: string;
  readonly networking?: { readonly serviceSubnet?: string; readonly dnsDomain?: string };
  readonly apiServer?: { readonly certSANs?: readonly string[] };
  readonly etcd?: {
    readonly local?: {
      readonly dataDir?: string;
      readonly serverCertSANs?: readonly string[];
      readonly peerCertSANs?: readonly string[];
    };
  };
}

/**
 * Puts together what etcd's data tells, the first node's whose data does so; what it does not tell, or where it is
 * elsewhere, the manifests, kubeconfigs and certificates that are left.
 */
export const knownCluster = (facts: RecoveryFacts): KnownCluster | Unknowns => {
  const { nodes } = facts;
  const data = nodes.flatMap(({ witnesses }) => witnesses.etcd ?? []);
  const source = data.find(({ kubeadmConfig }) => kubeadmConfig !== undefined);
  const configuration =
    source?.kubeadmConfig === undefined
      ? leftConfiguration(facts)
      : (parseDocument(source.kubeadmConfig).toJS() as Configuration | null);
  if (configuration === undefined)
    return { unknown: ["kubeadm's configuration, which etcd's data would tell"] };
  if (configuration?.kind !== "ClusterConfiguration")
    return {
      unknown: ["kubeadm's configuration: what etcd's data has is no ClusterConfiguration"],
    };
  const stacked = isStacked(facts);
  const objects = data.flatMap((one) => one.nodes);
  const masters = mastersOf(
    facts,
    data.flatMap((one) => one.pods),
    objects,
  );
  const unknown = masters.flatMap(({ name, pods: own, address }) => [
    ...treePrograms
      .filter((program) => stacked || program !== "etcd")
      .filter((program) => own[program] === undefined)
      .map((program) => `the manifest of ${program} on ${name}`),
    ...(address === "" ? [`the address of ${name}`] : []),
  ]);
  if (unknown.length > 0 || masters.length === 0) return { unknown };
  const api = masters[0]!.pods["kube-apiserver"]!.command;
  const port = Number(flagValue(api, "secure-port") ?? 6443);
  const endpoint = endpointOf(configuration.controlPlaneEndpoint, masters[0]!.address, port);
  const { networking = {}, apiServer = {}, etcd = {} } = configuration;
  const subnet = flagValue(api, "service-cluster-ip-range") ?? networking.serviceSubnet;
  const names = new Set(masters.map(({ name }) => name));
  return {
    name: configuration.clusterName ?? "kubernetes",
    version: (configuration.kubernetesVersion ?? "").replace(/^v/, ""),
    endpoint,
    port,
    serverNames: [
      ...firstAddress(subnet ?? "10.96.0.0/12"),
      endpoint.host,
      ...(apiServer.certSANs ?? []),
    ],
    dnsDomain: networking.dnsDomain ?? "cluster.local",
    etcdNames: [...(etcd.local?.serverCertSANs ?? []), ...(etcd.local?.peerCertSANs ?? [])],
    etcdDataDirectory: (source ?? data[0])?.directory ?? "/var/lib/etcd",
    stacked,
    masters,
    workers: (source?.nodes ?? [])
      .filter(({ name, addresses }) => !names.has(name) && addresses.length > 0)
      .map(({ name, addresses }) => ({ name, address: addresses[0]! })),
    askingNodes: data.some(({ kubeletConfig = "" }) => asksToServe(kubeletConfig))
      ? (data.find((one) => one.nodes.length > 0)?.nodes ?? []).map(({ name, names: own }) => ({
          name,
          names: own,
        }))
      : [],
  };
};

/** serverTLSBootstrap of a KubeletConfiguration. */
const asksToServe = (text: string): boolean => {
  const configuration: unknown = parseDocument(text).toJS();
  return (
    typeof configuration === "object" &&
    configuration !== null &&
    "serverTLSBootstrap" in configuration &&
    configuration.serverTLSBootstrap === true
  );
};

/** Of the tree's files: a manifest that an API server was started from, and what was issued for it. */
const leftConfiguration = (facts: RecoveryFacts): Configuration | undefined => {
  for (const node of facts.nodes) {
    const at = (path: string) => fileAt(facts, node, { path });
    const api = at("manifests/kube-apiserver.yaml")?.starts;
    if (api === undefined) continue;
    const manager = at("manifests/kube-controller-manager.yaml")?.starts;
    const names = at("pki/apiserver.crt")?.names ?? [];
    const server = (at("admin.conf") ?? at("kubelet.conf"))?.server;
    const domain = names
      .map((name) => /^kubernetes\.default\.svc\.(.+)$/.exec(name)?.[1])
      .find((one) => one !== undefined);
    const own = new Set([node.name, flagValue(api.command, "advertise-address")]);
    const clusterName = flagValue(manager?.command ?? [], "cluster-name");
    return {
      kind: "ClusterConfiguration",
      kubernetesVersion: /:(v[^:@]+)/.exec(api.image)?.[1] ?? "",
      ...(clusterName === undefined ? {} : { clusterName }),
      ...(server === undefined ? {} : { controlPlaneEndpoint: server.replace(/^https:\/\//, "") }),
      ...(domain === undefined ? {} : { networking: { dnsDomain: domain } }),
      apiServer: {
        certSANs: names.filter(
          (name) => !own.has(name) && !/^kube(?:rnetes|-apiserver)/.test(name),
        ),
      },
    };
  }
  return undefined;
};

/** What lies on the disk goes before what the API kept. */
const mastersOf = (
  facts: RecoveryFacts,
  pods: readonly PodFound[],
  objects: readonly NodeObjectFound[],
): readonly KnownMaster[] =>
  facts.nodes
    .filter(({ role }) => role === "master")
    .map((node) => {
      const { name } = node;
      const of = (program: TreeProgram): PodFound | undefined => {
        const starts = fileAt(facts, node, { path: `manifests/${program}.yaml` })?.starts;
        // What restores a snapshot in etcd's place, and was left there, is no manifest of etcd.
        return starts === undefined || isRestoring(starts.command)
          ? pods.find((pod) => pod.node === name && pod.program === program)
          : { ...starts, command: withoutForce(starts.command), program, node: name };
      };
      const api = of("kube-apiserver");
      const advertised =
        api === undefined ? undefined : flagValue(api.command, "advertise-address");
      return {
        name,
        address: advertised ?? objects.find((one) => one.name === name)?.addresses[0] ?? "",
        pods: {
          etcd: of("etcd"),
          "kube-apiserver": api,
          "kube-controller-manager": of("kube-controller-manager"),
          "kube-scheduler": of("kube-scheduler"),
        },
      };
    });

const endpointOf = (
  text: string | undefined,
  address: string,
  port: number,
): KnownCluster["endpoint"] => {
  if (text === undefined || text === "") return { host: address, port };
  const [, host, given] = /^(?:\[?([^\]]*?)\]?)(?::(\d+))?$/.exec(text) ?? [];
  return { host: host ?? address, port: Number(given ?? port) };
};

/** The first address of each range: the Service "kubernetes" (pkg/controlplane: ServiceIPRange). IPv4; others are asked for. */
const firstAddress = (ranges: string): readonly string[] =>
  ranges.split(",").flatMap((range) => {
    const bytes = parseIp(range.split("/")[0] ?? "");
    if (bytes?.length !== 4) return [];
    const next = [...bytes.subarray(0, 3), bytes[3]! + 1];
    return [next.join(".")];
  });
