import type { Fingerprint, Instant, KeyId } from "../../model/certificate.ts";
import type { CertificateFacts } from "../../model/inventory.ts";
import type { FileFound, NodeFound, RecoveryFacts, WebhookFound } from "../facts.ts";
import { tree, treePath, type TreeFile } from "../tree.ts";

// A cluster's files as a look would find them, made up: keys are words.

/** 2026-11-23. */
export const now: Instant = 1_795_392_000_000;
const day = 86_400_000;
const directory = "/etc/kubernetes";

export interface MadeUp {
  readonly masters: readonly string[];
  /** Milliseconds from now until leaves end; a month when absent. */
  readonly leafEnds?: number;
  readonly caEnds?: number;
  /** Files that a node lacks. */
  readonly without?: (node: string, file: TreeFile) => boolean;
  /** Nodes whose CAs are others. */
  readonly foreign?: readonly string[];
  readonly kept?: RecoveryFacts["kept"];
  /** Nodes whose leaves are those of the first control plane node. */
  readonly copied?: readonly string[];
  /** Where etcd is another cluster's, none of its files and data is here. */
  readonly externalEtcd?: true;
  /** Kubelets have the cluster sign what they serve with. */
  readonly askToServe?: true;
  /** What etcd's data has of them. */
  readonly webhooks?: readonly WebhookFound[];
  /** Nodes whose etcd data is gone. */
  readonly noData?: readonly string[];
  /** Those that were looked at; all when absent. */
  readonly looked?: readonly string[];
  readonly gone?: readonly string[];
  /** Of those without data: where etcd runs all the same. */
  readonly dataless?: readonly string[];
  /** What of a node etcd's manifest starts. */
  readonly etcdWords?: Readonly<Record<string, readonly string[]>>;
}

const certificate = (
  key: string,
  signer: string,
  notAfter: Instant,
  ca: boolean,
): CertificateFacts => ({
  fingerprint: `certificate of ${key}` as Fingerprint,
  key: key as KeyId,
  signedBy: signer as KeyId,
  subject: `CN=${key}`,
  issuer: `CN=${signer}`,
  notBefore: now - 365 * day,
  notAfter,
  ca,
});

export const madeUp = (options: MadeUp): RecoveryFacts => ({
  takenAt: now,
  directory,
  kept: options.kept ?? [],
  nodes: (options.looked ?? options.masters).map((name) => node(options, name)),
  ...(options.gone === undefined ? {} : { gone: options.gone }),
});

const node = (options: MadeUp, name: string): NodeFound => ({
  name,
  reachable: true,
  role: "master",
  clockSkew: 0,
  files: tree.map((file) =>
    options.without?.(name, file) === true || (options.externalEtcd === true && isEtcdMembers(file))
      ? { path: treePath(directory, file), certificates: [], keys: [] }
      : found(options, name, file),
  ),
  witnesses: {
    served: [],
    processes: [],
    tokenKeys: [],
    ...(options.dataless?.includes(name) === true
      ? { dataless: { pid: 1, directory: "/var/lib/etcd" } }
      : {}),
    ...(options.noData?.includes(name) === true || options.externalEtcd === true
      ? {}
      : {
          etcd: {
            directory: "/var/lib/etcd",
            bytes: 1_000_000,
            members: options.masters.map((one) => ({
              name: one,
              peerUrls: [`https://${one}:2380`],
            })),
            kubeadmConfig: "kind: ClusterConfiguration",
            pods: [],
            nodes: [],
            rootCas: [],
            ...(options.webhooks === undefined ? {} : { webhooks: options.webhooks }),
          },
        }),
  },
});

/** A client's certificate and the CA lie here also where etcd does not. */
const isEtcdMembers = ({ path }: TreeFile): boolean =>
  /etcd\/(?:server|peer|healthcheck-client)|etcd\/ca\.key|manifests\/etcd/.test(path);

const found = (options: MadeUp, own: string, file: TreeFile): FileFound => {
  // Whose leaves lie there.
  const name = options.copied?.includes(own) === true ? options.masters[0]! : own;
  const at = { path: treePath(directory, file), mode: file.mode };
  const caKey = (ca: string): string =>
    options.foreign?.includes(own) === true ? `${ca} of ${own}` : ca;
  const caCertificate = (ca: string) =>
    certificate(caKey(ca), caKey(ca), now + (options.caEnds ?? 3650 * day), true);
  const leaf = (ca: string, path: string) =>
    certificate(`${path} of ${name}`, caKey(ca), now + (options.leafEnds ?? 30 * day), false);
  switch (file.kind) {
    case "ca":
      return { ...at, certificates: [caCertificate(file.ca)], keys: [] };
    case "ca-key":
      return { ...at, certificates: [], keys: [caKey(file.ca) as KeyId] };
    case "certificate":
      return {
        ...at,
        certificates: [leaf(file.ca, file.path)],
        keys: [],
        names: [file.profile, ...(file.profile.startsWith("kubeadm-etcd") ? [name] : [])],
      };
    case "key":
      return { ...at, certificates: [], keys: [`${file.belongsTo} of ${name}` as KeyId] };
    case "token-public-key":
    case "token-key":
      return { ...at, certificates: [], keys: ["tokens" as KeyId] };
    case "kubeconfig":
    case "kubelet-pem": {
      const one = leaf("ca", file.path);
      return {
        ...at,
        certificates: [one],
        keys: [one.key],
        ...(file.kind === "kubelet-pem" ? { names: [`system:node:${name}`] } : {}),
        ...(file.kind === "kubeconfig" ? { trusts: [caCertificate("ca")] } : {}),
      };
    }
    case "manifest": {
      const command = file.path.endsWith("/etcd.yaml") ? options.etcdWords?.[own] : undefined;
      const starts =
        command === undefined
          ? {}
          : { starts: { image: "etcd:v3", command, mounts: [], requests: {} } };
      return { ...at, certificates: [], keys: [], ...starts };
    }
  }
};
