import { existsSync, readdirSync } from "node:fs";
import { basename, dirname, isAbsolute, join, resolve } from "node:path";
import type { GatheredConnection } from "../../core/diagnosis/case.ts";
import type { Config, Field } from "../../core/diagnosis/config.ts";
import type { ClientSetup, Endpoint, Program, ServerSetup } from "../../core/diagnosis/endpoint.ts";
import {
  certificatesOf,
  type FileEvidence,
  type FileRole,
} from "../../core/diagnosis/file-evidence.ts";
import type { Location } from "../../core/diagnosis/location.ts";
import { CertwrightError } from "../../core/errors/certwright-error.ts";
import { readFileBounded } from "../files/read.ts";
import { flatYaml, type FlatDocument } from "./flat-yaml.ts";
import { gatherKubeconfig, isKubeconfig } from "./gather-kubeconfig.ts";
import { parseEndpoint } from "./parse-endpoint.ts";
import type { Part, Surroundings } from "./part.ts";
import { staticPod } from "./static-pod.ts";

/** Where kubeadm's tree lies on a node; manifests and kubeconfigs name its files by this path. */
const home = "/etc/kubernetes";

/** /etc/kubernetes, or a copy of it. */
export const gatherKubeadm = (path: string, around: Surroundings): Part => {
  const root = basename(resolve(path)) === "pki" ? dirname(resolve(path)) : path;
  return gatherTree(root, around, readPods(join(root, "manifests")));
};

/** One static pod's manifest: with the tree around it when it lies in one. */
export const gatherStaticPod = (
  document: FlatDocument,
  path: string,
  around: Surroundings,
): Part => {
  const folder = dirname(resolve(path));
  const root = basename(folder) === "manifests" ? dirname(folder) : home;
  return gatherTree(root, around, [staticPod(document, path)!]);
};

const readPods = (folder: string): readonly Config[] =>
  namesIn(folder)
    .filter((name) => /\.ya?ml$/.test(name))
    .flatMap((name) => {
      const path = join(folder, name);
      return documentsOf(path).flatMap((document) => staticPod(document, path) ?? []);
    });

const namesIn = (folder: string): readonly string[] => {
  try {
    return readdirSync(folder).toSorted();
  } catch {
    return [];
  }
};

/** Documents of a YAML file; none when it cannot be read: the kubelet passes it over, too. */
const documentsOf = (path: string): readonly FlatDocument[] => {
  try {
    return flatYaml(readFileBounded(path).bytes, path);
  } catch (error) {
    if (!(error instanceof CertwrightError)) throw error;
    return [];
  }
};

/** A file of the tree, as a flag names it, or where kubeadm puts it. */
interface Wanted {
  readonly pod: Config | undefined;
  readonly flag: string;
  /** Below the tree's root. */
  readonly usual: string;
}

/** A private key that should lie beside its certificate; keys of CAs may be kept elsewhere. */
const isKeyOfSomething = (path: string): boolean =>
  path.endsWith(".key") && existsSync(`${path.slice(0, -".key".length)}.crt`);

class Tree {
  readonly #root: string;
  readonly #evidence: Surroundings["evidence"];

  constructor(root: string, { evidence }: Surroundings) {
    this.#root = root;
    this.#evidence = evidence;
  }

  /** A path as the node has it, in this copy of the tree. */
  pathOf = (written: string): string => {
    const path = isAbsolute(written) ? written : join(this.#root, written);
    return path === home || path.startsWith(`${home}/`)
      ? join(this.#root, path.slice(home.length))
      : path;
  };

  /** Whether a path leads out of a tree that is not this machine's own. */
  #isElsewhere(path: string): boolean {
    return resolve(this.#root) !== home && !resolve(path).startsWith(resolve(this.#root));
  }

  file(role: FileRole, { pod, flag, usual }: Wanted): FileEvidence | undefined {
    const set: Field | undefined = pod?.fields[flag];
    const path =
      set === undefined ? join(this.#root, usual) : this.pathOf(set.value.split(",")[0]!);
    // Nobody says that it must be there.
    if (set === undefined && !existsSync(path) && !isKeyOfSomething(path)) return undefined;
    if (this.#isElsewhere(path) && !existsSync(path)) return undefined;
    return this.#evidence.file(path, role, set?.at ?? this.#usually(flag, usual));
  }

  /** The manifest that names a file, where the tree has none. */
  #usually(flag: string, usual: string): Location {
    const program = usual.startsWith("pki/etcd/") ? "etcd" : "kube-apiserver";
    return { file: join(this.#root, "manifests", `${program}.yaml`), field: `--${flag}` };
  }

  /** Every file of a list. */
  files(role: FileRole, wanted: Wanted): readonly FileEvidence[] {
    const set = wanted.pod?.fields[wanted.flag];
    if (set === undefined) return [this.file(role, wanted)].filter((file) => file !== undefined);
    return set.value
      .split(",")
      .map((written) => this.pathOf(written))
      .filter((path) => !this.#isElsewhere(path) || existsSync(path))
      .map((path) => this.#evidence.file(path, role, set.at));
  }
}

const gatherTree = (root: string, around: Surroundings, pods: readonly Config[]): Part => {
  const tree = new Tree(root, around);
  const pod = (name: string) => pods.find(({ about }) => about === name);
  const api = pod("kube-apiserver");
  const manager = pod("kube-controller-manager");
  const etcd = pod("etcd");
  const file = (role: FileRole, from: Config | undefined, flag: string, usual: string) =>
    tree.file(role, { pod: from, flag, usual });

  const serving: ServerSetup = setup({
    certificate: file("server-certificate", api, "tls-cert-file", "pki/apiserver.crt"),
    key: file("server-key", api, "tls-private-key-file", "pki/apiserver.key"),
    clientCa: file("server-client-ca", api, "client-ca-file", "pki/ca.crt"),
  });
  const clusterCa = serving.clientCa ?? file("client-ca", manager, "root-ca-file", "pki/ca.crt");
  const etcdServer: ServerSetup = setup({
    certificate: file("server-certificate", etcd, "cert-file", "pki/etcd/server.crt"),
    key: file("server-key", etcd, "key-file", "pki/etcd/server.key"),
    clientCa: file("server-client-ca", etcd, "trusted-ca-file", "pki/etcd/ca.crt"),
  });
  const etcdPeerCa = file("peer-ca", etcd, "peer-trusted-ca-file", "pki/etcd/ca.crt");
  const peer = {
    certificate: file("peer-certificate", etcd, "peer-cert-file", "pki/etcd/peer.crt"),
    key: file("peer-key", etcd, "peer-key-file", "pki/etcd/peer.key"),
  };
  for (const [from, flag, usual] of [
    [api, "service-account-key-file", "pki/sa.pub"],
    [api, "service-account-signing-key-file", "pki/sa.key"],
    [manager, "service-account-private-key-file", "pki/sa.key"],
    [api, "requestheader-client-ca-file", "pki/front-proxy-ca.crt"],
  ] as const)
    tree.files("other", { pod: from, flag, usual });

  const connections: GatheredConnection[] = [];
  const configs: Config[] = [...pods];
  const blind: string[] = [];
  const kubeconfigs = namesIn(root).filter((name) => name.endsWith(".conf"));
  for (const name of kubeconfigs) {
    const path = join(root, name);
    const document = documentsOf(path).find(isKubeconfig);
    if (document === undefined) continue;
    const part = gatherKubeconfig(document, path, around, [document], (written) =>
      isAbsolute(written) ? tree.pathOf(written) : join(root, written),
    );
    configs.push(...part.configs);
    blind.push(...part.blind);
    connections.push(...part.connections.map((one) => inTree(withoutForeign(one, root), serving)));
  }
  const endpointOf = (
    program: Program,
    source: Location,
    url: string,
    certificate: FileEvidence | undefined,
  ): Endpoint | undefined => {
    const endpoint = parseEndpoint(url, source, { program });
    const first = certificatesOf(certificate)[0]?.subjectAltName?.find(
      ({ kind }) => kind === "dns" || kind === "ip",
    );
    if (endpoint === undefined) return undefined;
    return endpoint.host === "-" && (first?.kind === "dns" || first?.kind === "ip")
      ? { ...endpoint, host: first.value }
      : endpoint;
  };
  const add = (
    endpoint: Endpoint | undefined,
    client: Partial<ClientSetup> & Pick<ClientSetup, "who">,
    server: ServerSetup,
  ): void => {
    if (endpoint === undefined) return;
    const at = (one: FileEvidence | undefined, flag: string): Location =>
      one?.named ?? { file: root, field: flag };
    const complete: ClientSetup = {
      insecure: false,
      places: {
        ca: at(client.ca, "CA"),
        certificate: at(client.certificate, "certificate"),
        key: at(client.key, "key"),
      },
      ...client,
    };
    connections.push({ endpoint, client: complete, server, offline: true });
  };

  // Without a kubeconfig the certificate is still looked at, under a name of its own.
  if (connections.length === 0 && serving.certificate !== undefined && clusterCa !== undefined) {
    const host = api?.fields["advertise-address"]?.value ?? "-";
    const port = api?.fields["secure-port"]?.value ?? "6443";
    add(
      endpointOf(
        "kube-apiserver",
        serving.certificate.named,
        `https://${bracketed(host)}:${port}`,
        serving.certificate,
      ),
      { who: "clients of kube-apiserver", ca: clusterCa },
      serving,
    );
  }

  const etcdClient = setupClient("kube-apiserver", {
    ca: file("client-ca", api, "etcd-cafile", "pki/etcd/ca.crt"),
    certificate: file("client-certificate", api, "etcd-certfile", "pki/apiserver-etcd-client.crt"),
    key: file("client-key", api, "etcd-keyfile", "pki/apiserver-etcd-client.key"),
  });
  const servers = api?.fields["etcd-servers"];
  if (etcdClient.certificate !== undefined || servers !== undefined)
    for (const url of (servers?.value ?? "https://127.0.0.1:2379").split(",")) {
      const source = servers?.at ?? etcdClient.certificate!.named;
      add(endpointOf("etcd", source, url, etcdServer.certificate), etcdClient, etcdServer);
    }

  const kubelet = setupClient("kube-apiserver", {
    certificate: file(
      "client-certificate",
      api,
      "kubelet-client-certificate",
      "pki/apiserver-kubelet-client.crt",
    ),
    key: file("client-key", api, "kubelet-client-key", "pki/apiserver-kubelet-client.key"),
  });
  if (kubelet.certificate !== undefined && clusterCa !== undefined)
    add(
      endpointOf("kubelet", kubelet.certificate.named, "https://kubelet:10250", undefined),
      kubelet,
      // The kubelet's own configuration names the cluster's CA (authentication.x509.clientCAFile).
      { clientCa: clusterCa },
    );

  const frontProxy = setupClient("kube-apiserver", {
    certificate: file(
      "client-certificate",
      api,
      "proxy-client-cert-file",
      "pki/front-proxy-client.crt",
    ),
    key: file("client-key", api, "proxy-client-key-file", "pki/front-proxy-client.key"),
  });
  const frontProxyCa = file(
    "server-client-ca",
    api,
    "requestheader-client-ca-file",
    "pki/front-proxy-ca.crt",
  );
  if (frontProxy.certificate !== undefined && frontProxyCa !== undefined)
    add(
      endpointOf("unknown", frontProxy.certificate.named, "https://aggregated-api:443", undefined),
      frontProxy,
      { clientCa: frontProxyCa },
    );

  if (peer.certificate !== undefined && etcdPeerCa !== undefined) {
    const url = etcd?.fields["initial-advertise-peer-urls"]?.value ?? "https://-:2380";
    add(
      endpointOf("etcd-peer", peer.certificate.named, url.split(",")[0]!, peer.certificate),
      {
        who: "the other members",
        ca: etcdPeerCa,
        certificate: peer.certificate,
        ...(peer.key === undefined ? {} : { key: peer.key }),
      },
      setup({ certificate: peer.certificate, key: peer.key, clientCa: etcdPeerCa }),
    );
  }
  const health = setupClient("the liveness probe of etcd", {
    certificate: file("client-certificate", undefined, "cert", "pki/etcd/healthcheck-client.crt"),
    key: file("client-key", undefined, "key", "pki/etcd/healthcheck-client.key"),
  });
  if (health.certificate !== undefined && etcdServer.clientCa !== undefined)
    add(endpointOf("etcd", health.certificate.named, "https://127.0.0.1:2379", undefined), health, {
      clientCa: etcdServer.clientCa,
    });
  return { kind: "kubeadm", configs, connections, blind };
};

/** An IPv6 address as a URL has it. */
const bracketed = (host: string): string => (host.includes(":") ? `[${host}]` : host);

/** Paths of a copied tree that lead out of it, such as /var/lib/kubelet, are not this machine's. */
const withoutForeign = (connection: GatheredConnection, root: string): GatheredConnection => {
  if (resolve(root) === home) return connection;
  const { certificate, key, ...client } = connection.client;
  const isForeign = ({ path, error }: FileEvidence): boolean =>
    error !== undefined && path !== undefined && !resolve(path).startsWith(resolve(root));
  return {
    ...connection,
    client: {
      ...client,
      ...(certificate === undefined || isForeign(certificate) ? {} : { certificate }),
      ...(key === undefined || isForeign(key) ? {} : { key }),
    },
  };
};

const inTree = (connection: GatheredConnection, serving: ServerSetup): GatheredConnection => ({
  ...connection,
  server: { ...serving, ...connection.server },
  offline: true,
});

const setup = (files: {
  readonly [K in "certificate" | "key" | "clientCa"]?: FileEvidence | undefined;
}): ServerSetup => ({
  ...(files.certificate === undefined ? {} : { certificate: files.certificate }),
  ...(files.key === undefined ? {} : { key: files.key }),
  ...(files.clientCa === undefined ? {} : { clientCa: files.clientCa }),
});

const setupClient = (
  who: string,
  files: { readonly [K in "ca" | "certificate" | "key"]?: FileEvidence | undefined },
): Partial<ClientSetup> & Pick<ClientSetup, "who"> => ({
  who,
  ...(files.ca === undefined ? {} : { ca: files.ca }),
  ...(files.certificate === undefined ? {} : { certificate: files.certificate }),
  ...(files.key === undefined ? {} : { key: files.key }),
});
