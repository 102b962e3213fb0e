import { localFiles } from "../../adapters/files/local-files.ts";
import { readFileBounded } from "../../adapters/files/read.ts";
import { readEstate } from "../../adapters/estate/read-estate.ts";
import { systemNodes } from "../../adapters/node/system-nodes.ts";
import { loadPrivateKey } from "../../adapters/source/identify-key.ts";
import { readBytes } from "../../adapters/source/read-file.ts";
import { standardInput } from "../../adapters/source/read-target.ts";
import { failure } from "../../core/errors/certwright-error.ts";
import type {
  Estate,
  EstateNode,
  EtcdCluster,
  KubernetesCluster,
  KubernetesComponents,
} from "../../core/model/estate.ts";
import { nearest } from "../../core/text/nearest.ts";
import type { AdoptOrder, KeyPairOrder } from "../../engine/authority/authority.ts";
import type { ExportableKey } from "../../ports/private-key.ts";
import type { Terminal } from "../terminal.ts";
import { readStandardInput } from "./read-material.ts";

/** CAs whose files lie on one machine. */
export interface CaPlaces {
  /** Absent: this one. */
  readonly node?: EstateNode;
  readonly cas: readonly CaFiles[];
  /** Key pairs without certificates. */
  readonly keyPairs: readonly KeyPairFile[];
}

export interface KeyPairFile {
  readonly name: string;
  readonly key: string;
}

export interface CaFiles {
  readonly name: string;
  readonly certificate: string;
  readonly key?: string;
  /** Without a key at `key` the CA is adopted without one: somebody else signs for that cluster. */
  readonly keyOptional?: true;
}

/** Where kubeadm puts its CAs, below its directory. */
const kubeadmFiles = {
  cluster: "pki/ca",
  frontProxy: "pki/front-proxy-ca",
  etcd: "pki/etcd/ca",
} as const;

/**
 * The CAs of the estate's Kubernetes cluster, as they lie on `node` or on the first of its control plane. With a name
 * that one alone, which may be the key pair of its ServiceAccount tokens. Throws estate.*.
 */
export const estateCas = async (
  path: string,
  choice: { readonly name: string | undefined; readonly node: string | undefined },
): Promise<CaPlaces> => {
  const { kubernetes, etcd } = await readEstate(path, localFiles);
  if (kubernetes === undefined) throw failure("estate.no-kubernetes", { path });
  const node =
    choice.node === undefined
      ? kubernetes.controlPlane[0]!
      : nodeNamed(kubernetes.controlPlane, choice.node);
  const { components } = kubernetes;
  const all =
    components === undefined ? casOf(kubernetes) : byHandCas(kubernetes, components, etcd);
  if (choice.name === undefined) return { node, cas: all, keyPairs: [] };
  if (choice.name === kubernetes.issuers.serviceAccount) {
    return { node, cas: [], keyPairs: [{ name: choice.name, key: tokenKey(kubernetes) }] };
  }
  const wanted = all.filter(({ name }) => name === choice.name);
  if (wanted.length > 0) return { node, cas: wanted, keyPairs: [] };
  const issuers = [...all.map(({ name }) => name), kubernetes.issuers.serviceAccount];
  throw failure("estate.not-its-issuer", { name: choice.name, path, issuers });
};

/** Where API servers have the key that signs tokens: by their flag, or where kubeadm puts it. */
const tokenKey = ({ components, directory }: KubernetesCluster): string =>
  components?.["kube-apiserver"].flags["service-account-signing-key-file"] ??
  `${directory}/pki/sa.key`;

const casOf = ({ issuers, etcd, directory }: KubernetesCluster): readonly CaFiles[] => {
  const kinds = [
    "cluster",
    "frontProxy",
    ...(etcd === undefined ? [] : ["etcd" as const]),
  ] as const;
  return kinds.map((kind) => {
    const file = `${directory}/${kubeadmFiles[kind]}`;
    return {
      name: issuers[kind],
      certificate: `${file}.crt`,
      key: `${file}.key`,
      keyOptional: true,
    };
  });
};

/** Where a master's flags lead; one CA for several purposes is one issuer. Its key may be anywhere: here it is looked for beside it. */
const byHandCas = (
  { issuers }: KubernetesCluster,
  components: KubernetesComponents,
  etcd: EtcdCluster | undefined,
): readonly CaFiles[] => {
  const server = components["kube-apiserver"].flags;
  const manager = components["kube-controller-manager"].flags;
  const places = [
    {
      name: issuers.cluster,
      certificate: manager["cluster-signing-cert-file"] ?? manager["root-ca-file"],
      key: manager["cluster-signing-key-file"],
    },
    { name: issuers.frontProxy, certificate: server["requestheader-client-ca-file"] },
    ...(etcd === undefined
      ? []
      : [{ name: etcd.issuers.server, certificate: server["etcd-cafile"] }]),
  ];
  const files = places.flatMap(({ name, certificate, key }): readonly CaFiles[] =>
    certificate === undefined
      ? []
      : [{ name, certificate, key: key ?? keyBeside(certificate), keyOptional: true }],
  );
  return [...new Map(files.toReversed().map((one) => [one.name, one])).values()].toReversed();
};

/** "ca.pem" -> "ca-key.pem" as cfssl has it, "ca.crt" -> "ca.key" as openssl's users do. */
const keyBeside = (path: string): string =>
  path.endsWith(".crt") ? path.replace(/crt$/, "key") : path.replace(/(\.[^./]+)?$/, "-key$1");

/** A node of the estate. Throws estate.*. */
export const estateNode = async (path: string, name: string): Promise<EstateNode> => {
  const { nodes }: Estate = await readEstate(path, localFiles);
  return nodeNamed(nodes, name);
};

const nodeNamed = (nodes: readonly EstateNode[], name: string): EstateNode => {
  const found = nodes.find((node) => node.name === name);
  if (found !== undefined) return found;
  const known = nodes.map((node) => node.name);
  const meant = nearest(name, known);
  throw failure("estate.no-node", {
    name,
    nodes: known,
    ...(meant === undefined ? {} : { nearest: meant }),
  });
};

type Read = (path: string) => Promise<Uint8Array | undefined>;

/** What is to be adopted, read from its files one after the other. */
export const readCas = (
  terminal: Terminal,
  { node, cas, keyPairs }: CaPlaces,
): Promise<{ readonly cas: readonly AdoptOrder[]; readonly keyPairs: readonly KeyPairOrder[] }> =>
  withReader(terminal, node, async (read) => {
    const orders: AdoptOrder[] = [];
    for (const files of cas) orders.push(await readCa(terminal, node, files, read));
    const pairs: KeyPairOrder[] = [];
    for (const { name, key: path } of keyPairs) {
      const from = placeOf(node, path);
      const key = await readKey(path, from, read, false);
      if (key !== undefined) pairs.push({ name, key, from });
    }
    return { cas: orders, keyPairs: pairs };
  });

const placeOf = (node: EstateNode | undefined, path: string): string =>
  path === "-" ? standardInput : node === undefined ? path : `${node.name}:${path}`;

const withReader = async <T>(
  terminal: Terminal,
  node: EstateNode | undefined,
  use: (read: Read) => Promise<T>,
): Promise<T> => {
  if (node === undefined) {
    return await use(async (path) =>
      path === "-" ? await readStandardInput(terminal) : readFileBounded(path).bytes,
    );
  }
  const session = await systemNodes.open(node);
  try {
    return await use(async (path) => (await session.read(path))?.bytes);
  } finally {
    await session.close();
  }
};

const readCa = async (
  terminal: Terminal,
  node: EstateNode | undefined,
  file: CaFiles,
  read: Read,
): Promise<AdoptOrder> => {
  const place = (path: string): string => placeOf(node, path);
  const source = place(file.certificate);
  const bytes = await read(file.certificate);
  if (bytes === undefined) throw failure("file.missing", { path: source });
  const { certificates, faults } = await readBytes(bytes, source);
  for (const { harmless, message } of faults) {
    if (!harmless) terminal.say(`${terminal.emphasize("yellow", "warning:")} ${message}`);
  }
  if (certificates.length === 0) throw failure("source.no-certificate", { source, what: "" });
  const key =
    file.key === undefined
      ? undefined
      : await readKey(file.key, place(file.key), read, file.keyOptional === true);
  return {
    name: file.name,
    certificates: certificates.map(({ certificate }) => certificate),
    from: {
      certificate: source,
      ...(file.key === undefined ? {} : { key: place(file.key) }),
    },
    ...(key === undefined ? {} : { key }),
  };
};

const readKey = async (
  path: string,
  source: string,
  read: Read,
  optional: boolean,
): Promise<ExportableKey | undefined> => {
  const bytes = await read(path);
  if (bytes === undefined) {
    if (optional) return undefined;
    throw failure("file.missing", { path: source });
  }
  const { privateKeys, faults } = await readBytes(bytes, source);
  const key = loadPrivateKey(bytes);
  bytes.fill(0);
  if (key !== undefined) return key;
  if (privateKeys.some(({ encrypted }) => encrypted))
    throw failure("source.key-encrypted", { source });
  const why = faults.find(({ harmless }) => !harmless)?.message;
  throw failure("source.no-key", { source, ...(why === undefined ? {} : { why }) });
};
