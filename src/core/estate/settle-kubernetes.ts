import type {
  EstateNode,
  EtcdCluster,
  EtcdMember,
  EtcdVersion,
  KubernetesApplications,
  KubernetesCluster,
  KubernetesWorkload,
  WorkloadPattern,
} from "../model/estate.ts";
import { readAddress } from "./address.ts";
import type {
  EstateFault,
  KubernetesDeclaration,
  WorkloadPatternDeclaration,
} from "./declaration.ts";
import { parseDuration } from "../text/duration.ts";
import { didYouMean } from "./did-you-mean.ts";
import { settleHolders } from "./settle-holders.ts";
import { settleService } from "./settle-access.ts";
import { settleComponents, settleKubelets } from "./settle-components.ts";

/** What holds when certwright.yaml does not say: what kubeadm does by itself. Also written into its JSON Schema. */
export const kubernetesDefaults = {
  port: 6443,
  directory: "/etc/kubernetes",
  kubelet: { systemd: "kubelet.service" },
  issuers: {
    cluster: "kubernetes-ca",
    frontProxy: "front-proxy-ca",
    etcd: "etcd-ca",
    serviceAccount: "service-account-keys",
  },
  etcd: "stacked",
  etcdDataDirectory: "/var/lib/etcd",
} as const;

/** Nobody can change them (cmd/kubeadm/app/constants: EtcdListenClientPort, EtcdListenPeerPort). */
const etcdPorts = { clientPort: 2379, peerPort: 2380 } as const;

/**
 * Fills in what kubeadm does by itself and checks what a schema cannot. Never throws: what is wrong is added to `faults`.
 */
export const settleKubernetes = (
  declared: KubernetesDeclaration,
  nodes: readonly EstateNode[],
  absolute: (path: string) => string,
  faults: EstateFault[],
): KubernetesCluster => {
  const { controlPlane, workers } = settleNodes(declared, nodes, faults);
  const directory = absolute(declared.directory ?? kubernetesDefaults.directory);
  const version = readVersion(declared.version, faults);
  if (declared.kubeconfig.startsWith("~")) {
    faults.push({
      path: ["kubernetes", "kubeconfig"],
      message: `"${declared.kubeconfig}": only a shell knows what ~ is`,
      hint: "write the whole path, or one from the folder of this file",
    });
  }
  const issuers = {
    cluster: declared.issuers?.cluster ?? kubernetesDefaults.issuers.cluster,
    frontProxy: declared.issuers?.frontProxy ?? kubernetesDefaults.issuers.frontProxy,
    etcd: declared.issuers?.etcd ?? kubernetesDefaults.issuers.etcd,
    serviceAccount: declared.issuers?.serviceAccount ?? kubernetesDefaults.issuers.serviceAccount,
  };
  const { components } = declared;
  const kubelets =
    components === undefined
      ? undefined
      : settleKubelets(components.kubelet, workers.length, absolute, faults);
  const cluster = {
    name: declared.cluster,
    version: version.text,
    kubeconfig: absolute(declared.kubeconfig),
    endpoint: readEndpoint(declared.endpoint, faults),
    controlPlane,
    workers,
    port: declared.port ?? kubernetesDefaults.port,
    directory,
    kubelet: settleService(
      components?.kubelet?.service ?? declared.kubelet ?? kubernetesDefaults.kubelet,
      absolute,
      components?.kubelet === undefined
        ? ["kubernetes", "kubelet"]
        : ["kubernetes", "components", "kubelet", "service"],
      faults,
    ),
    issuers,
    workloads: settleWorkloads(declared.workloads ?? [], faults),
    applications: settleApplications(declared, faults),
    holders: settleHolders(declared.holders ?? [], issuers, nodes, faults),
    clientsComplete: declared.clientsComplete ?? false,
    ...(components === undefined
      ? {}
      : { components: settleComponents(components, absolute, faults) }),
    ...(kubelets === undefined ? {} : { kubelets }),
  };
  if (components !== undefined) {
    refuseKubeadms(declared, faults);
    return cluster;
  }
  if ((declared.etcd ?? kubernetesDefaults.etcd) === "external") return cluster;
  const dataDirectory = absolute(
    declared.etcdDataDirectory ?? kubernetesDefaults.etcdDataDirectory,
  );
  return { ...cluster, etcd: stackedEtcd(cluster, etcdOfMinor(version.minor), dataDirectory) };
};

/** What says something of kubeadm's layout only. */
const refuseKubeadms = (declared: KubernetesDeclaration, faults: EstateFault[]): void => {
  for (const field of ["directory", "etcdDataDirectory"] as const) {
    if (declared[field] === undefined) continue;
    faults.push({
      path: ["kubernetes", field],
      message: "says where kubeadm has put files, and with components it was somebody else",
      hint: "leave it out: the flags of the components name every file",
    });
  }
  if (declared.kubelet !== undefined && declared.components?.kubelet !== undefined) {
    faults.push({
      path: ["kubernetes", "kubelet"],
      message: "components.kubelet says already how a kubelet is restarted",
      hint: "leave it out",
    });
  }
  if (declared.etcd === "stacked") {
    faults.push({
      path: ["kubernetes", "etcd"],
      message: "only kubeadm puts etcd into static pods",
      hint: 'say "external", wherever the members run, and describe them under etcd',
    });
  }
};

const settleNodes = (
  declared: KubernetesDeclaration,
  nodes: readonly EstateNode[],
  faults: EstateFault[],
): Pick<KubernetesCluster, "controlPlane" | "workers"> => {
  const taken = new Set<string>();
  const find = (field: "controlPlane" | "workers"): readonly EstateNode[] =>
    (declared[field] ?? []).flatMap((name, i) => {
      const path = ["kubernetes", field, i];
      const node = nodes.find((one) => one.name === name);
      if (node === undefined) {
        const known = nodes.map((one) => one.name);
        const hint = didYouMean(name, known, "nodes");
        faults.push({ path, message: `there is no node "${name}"`, hint });
        return [];
      }
      if (taken.has(name)) {
        faults.push({ path, message: `${name} is in the cluster already`, hint: "name it once" });
        return [];
      }
      taken.add(name);
      return [node];
    });
  return { controlPlane: find("controlPlane"), workers: find("workers") };
};

const readVersion = (
  text: string,
  faults: EstateFault[],
): { readonly text: string; readonly minor: number } => {
  const match = /^v?(1\.(\d{1,3})(?:\.\d{1,3})?)$/.exec(text);
  if (match !== null) return { text: match[1]!, minor: Number(match[2]) };
  faults.push({
    path: ["kubernetes", "version"],
    message: `"${text}" is no version of Kubernetes`,
    hint: "write for example 1.35.4; which it is, says: kubectl version",
  });
  return { text, minor: 0 };
};

/** What kubeadm installs with it (cmd/kubeadm/app/constants: DefaultEtcdVersion). */
const etcdOfMinor = (minor: number): EtcdVersion =>
  minor >= 37 ? "3.7" : minor >= 34 ? "3.6" : "3.5";

const readEndpoint = (text: string, faults: EstateFault[]): KubernetesCluster["endpoint"] => {
  const match = /^(\[[^\]]+\]|[^:[\]]+):(\d{1,5})$/.exec(text);
  const host = readAddress(match?.[1]?.replace(/^\[|\]$/g, "") ?? "");
  const port = Number(match?.[2]);
  if (host !== undefined && port >= 1 && port <= 65_535) return { host: host.value, port };
  faults.push({
    path: ["kubernetes", "endpoint"],
    message: `"${text}" is not a host and a port`,
    hint: "write for example api.example.org:6443 or [fd00::1]:6443: what kubelets dial, kubeadm's controlPlaneEndpoint",
  });
  return { host: "", port: 0 };
};

const settleWorkloads = (
  declared: readonly KubernetesWorkload[],
  faults: EstateFault[],
): readonly KubernetesWorkload[] => {
  const taken = new Set<string>();
  return declared.flatMap((workload, i) => {
    const { kind, namespace, name } = workload;
    const id = `${kind} ${namespace}/${name}`;
    if (!taken.has(id)) {
      taken.add(id);
      return [{ kind, namespace, name }];
    }
    const path = ["kubernetes", "workloads", i];
    faults.push({ path, message: `${id} is named already`, hint: "name it once" });
    return [];
  });
};

/** Who lists workloads means those; else they are found out. */
const settleApplications = (
  { workloads, applications = {} }: KubernetesDeclaration,
  faults: EstateFault[],
): KubernetesApplications => {
  const { leaveSilent: text } = applications;
  const leaveSilent = text === undefined ? undefined : parseDuration(text);
  if (text !== undefined && (leaveSilent === undefined || leaveSilent === 0)) {
    faults.push({
      path: ["kubernetes", "applications", "leaveSilent"],
      message: `"${text}" is no time`,
      hint: "write for example 24h",
    });
  }
  return {
    restart: applications.restart ?? (workloads === undefined ? "discovered" : "listed"),
    exclude: (applications.exclude ?? []).map(patternOf),
    askBefore: (applications.askBefore ?? []).map(patternOf),
    ...(leaveSilent === undefined ? {} : { leaveSilent }),
  };
};

const patternOf = ({ kind, namespace, name }: WorkloadPatternDeclaration): WorkloadPattern => ({
  namespace,
  ...(kind === undefined ? {} : { kind }),
  ...(name === undefined ? {} : { name }),
});

/**
 * The members that kubeadm puts beside each API server: named as their nodes, without roles and users, for whoever
 * has a client certificate may do everything; one CA for all.
 */
const stackedEtcd = (
  { name, controlPlane, directory, issuers, clientsComplete }: Omit<KubernetesCluster, "etcd">,
  version: EtcdVersion,
  dataDirectory: string,
): EtcdCluster => ({
  name,
  version,
  members: controlPlane.map((node) => stackedMember(node, directory, dataDirectory)),
  names: [],
  issuers: { peer: issuers.etcd, server: issuers.etcd, client: issuers.etcd },
  owner: { user: "root" },
  // In a container, whose paths are none of the node's: its process is found by name.
  binary: "etcd",
  clientsDirectory: directory,
  roles: [],
  users: [],
  clients: [],
  clientsComplete,
});

const stackedMember = (node: EstateNode, directory: string, dataDirectory: string): EtcdMember => {
  const pki = `${directory}/pki/etcd`;
  return {
    name: node.name,
    node,
    ...etcdPorts,
    files: {
      serverCertificate: `${pki}/server.crt`,
      serverKey: `${pki}/server.key`,
      peerCertificate: `${pki}/peer.crt`,
      peerKey: `${pki}/peer.key`,
      peerTrust: `${pki}/ca.crt`,
      clientTrust: `${pki}/ca.crt`,
    },
    dataDirectory,
    configDirectory: directory,
    certificateDirectory: pki,
    service: { kind: "static-pod", manifest: `${directory}/manifests/etcd.yaml` },
  };
};
