import type { MadeFile, MadeLeaf, Make } from "../model/made-file.ts";
import { parseIp } from "../x509/ip.ts";
import type { TokenKeyFound } from "./facts.ts";
import type { KnownCluster, KnownMaster } from "./known-cluster.ts";
import { manifestOf } from "./manifest.ts";
import { treePath, type TreeCa, type TreeFile } from "./tree.ts";

/** Issuers in the authority, by the CA's files below pki; "sa" for the key pair of tokens. Their current generation signs. */
export type RecoveryIssuers = Readonly<
  Record<TreeCa | "sa", { readonly issuer: string; readonly generation: number }>
>;

export interface Making {
  readonly cluster: KnownCluster;
  readonly issuers: RecoveryIssuers;
  readonly directory: string;
  /** Public keys whose tokens go on being accepted. */
  readonly tokenKeys: readonly TokenKeyFound[];
}

/** A node whose files are made; without pods: a worker. */
export type MadeNode = Pick<KnownMaster, "name" | "address"> & Partial<Pick<KnownMaster, "pods">>;

/** How a file of the tree is made for that node; undefined for keys, which come with their certificates. */
export const madeFile = (making: Making, node: MadeNode, file: TreeFile): MadeFile | undefined => {
  const make = makeOf(making, node, file);
  return make === undefined
    ? undefined
    : { path: treePath(making.directory, file), mode: file.mode, make };
};

const makeOf = (making: Making, node: MadeNode, file: TreeFile): Make | undefined => {
  const { issuers, cluster, directory } = making;
  switch (file.kind) {
    case "ca":
      return { kind: "ca", ...issuers[file.ca] };
    case "ca-key":
      return { kind: "private-key", ...issuers[file.ca] };
    case "token-key":
      return { kind: "private-key", ...issuers.sa };
    case "token-public-key":
      return { kind: "public-key", ...issuers.sa, others: making.tokenKeys.map(({ pem }) => pem) };
    case "key":
      return undefined;
    case "certificate": {
      const key = treePath(directory, file).replace(/\.crt$/, ".key");
      return { kind: "certificate", leaf: leafOf(making, node, file.ca, file.profile), key };
    }
    case "kubelet-pem":
      return { kind: "kubelet-pem", leaf: leafOf(making, node, "ca", file.profile) };
    case "kubeconfig": {
      const isKubelet = file.profile === "kubelet-client";
      const isLocal =
        file.server === "local" ||
        (isKubelet && node.pods !== undefined && asksOwnServer(cluster.version));
      const host = isLocal ? node.address : cluster.endpoint.host;
      const port = isLocal ? cluster.port : cluster.endpoint.port;
      const user = isKubelet ? `system:node:${node.name}` : userOf(file.profile);
      const common = {
        kind: "kubeconfig",
        ...issuers.ca,
        cluster: cluster.name,
        server: `https://${bracketed(host)}:${port}`,
      } as const;
      return isKubelet
        ? { ...common, user, pem: kubeletPem }
        : { ...common, user, leaf: leafOf(making, node, "ca", file.profile) };
    }
    case "manifest": {
      const pod = node.pods?.[file.program];
      return pod === undefined
        ? undefined
        : { kind: "text", text: manifestOf({ ...pod, program: file.program }) };
    }
  }
};

/** Kubelets of control plane nodes do since 1.33 (cmd/kubeadm/app/features: ControlPlaneKubeletLocalMode). */
const asksOwnServer = (version: string): boolean => {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  return major > 1 || minor >= 33;
};

export const kubeletPem = "/var/lib/kubelet/pki/kubelet-client-current.pem";

const bracketed = (host: string): string => (host.includes(":") ? `[${host}]` : host);

/** As kubeadm calls the users of its kubeconfigs: by their common names. */
const userOf = (profile: string): string =>
  profile.startsWith("kubernetes-") ? profile : `system:${profile}`;

const leafOf = (
  { cluster, issuers }: Making,
  node: MadeNode,
  ca: TreeCa,
  profile: string,
): MadeLeaf => {
  const names = namesOf(cluster, node, profile);
  const isIp = (name: string): boolean => parseIp(name) !== undefined;
  const own = ownName(node, profile);
  return {
    ...issuers[ca],
    profile,
    ...(own === undefined ? {} : { commonName: own }),
    dns: [...new Set(names.filter((name) => !isIp(name)))],
    ip: [...new Set(names.filter(isIp))],
  };
};

/** Profiles whose certificates are in the node's name. */
const ownName = (node: MadeNode, profile: string): string | undefined =>
  ["kubeadm-etcd-server", "kubeadm-etcd-peer", "kubelet-client"].includes(profile)
    ? node.name
    : undefined;

/** Besides those that every certificate of the profile has. */
const namesOf = (cluster: KnownCluster, node: MadeNode, profile: string): readonly string[] => {
  switch (profile) {
    case "kubeadm-etcd-server":
    case "kubeadm-etcd-peer":
      return [node.name, node.address, ...cluster.etcdNames];
    case "kube-apiserver":
      return [
        node.name,
        `kubernetes.default.svc.${cluster.dnsDomain}`,
        node.address,
        ...cluster.serverNames,
      ];
    default:
      return [];
  }
};
