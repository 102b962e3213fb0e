import type { FoundNode } from "../../core/discovery/discovery.ts";
import {
  isControlPlane,
  otherDistribution,
  type NodeObject,
} from "../../core/discovery/distribution.ts";
import { readKubeadmConfig, type KubeadmConfig } from "../../core/discovery/kubeadm-config.ts";
import { pkiDirectory } from "../../core/discovery/kubeadm-layout.ts";
import { failure } from "../../core/errors/certwright-error.ts";
import type { KubernetesApi } from "../../ports/kubernetes.ts";

/** What the API says of a cluster before any machine is looked at. */
export interface ClusterFacts {
  /** "1.35.4" */
  readonly version: string;
  readonly config: KubeadmConfig;
  readonly controlPlane: readonly KnownNode[];
  readonly workers: readonly KnownNode[];
}

export interface KnownNode extends Pick<FoundNode, "name" | "addresses"> {
  /** "v1.35.4" */
  readonly kubelet: string;
}

/** Nodes are small; a list of a thousand is three calls. */
const pageSize = 500;

/** The cluster's nodes. Throws discovery.not-supported where they are another distribution's; and kubernetes.*. */
export const readNodes = async (api: KubernetesApi): Promise<readonly NodeObject[]> => {
  const nodes: NodeObject[] = [];
  for await (const node of api.list("/api/v1/nodes", { pageSize }))
    nodes.push(slim(node as NodeObject));
  const other = otherDistribution(nodes);
  if (other === undefined) return nodes;
  const { name, evidence, instead } = other;
  throw failure("discovery.not-supported", { what: name, evidence, instead });
};

const kubeadmConfig = "/api/v1/namespaces/kube-system/configmaps/kubeadm-config";

/** Whether kubeadm made it; it writes its configuration there. Throws kubernetes.*. */
export const isKubeadms = async (api: KubernetesApi): Promise<boolean> =>
  (await api.get(kubeadmConfig)) !== undefined;

/** Throws discovery.no-kubeadm, empty, layout; and kubernetes.*. */
export const readCluster = async (
  api: KubernetesApi,
  nodes: readonly NodeObject[],
): Promise<ClusterFacts> => {
  const config = await readConfig(api);
  const controlPlane = nodes.filter(isControlPlane).map(knownNode);
  const workers = nodes.filter((node) => !isControlPlane(node)).map(knownNode);
  if (controlPlane.length === 0)
    throw failure("discovery.empty", {
      what: "node with the label node-role.kubernetes.io/control-plane",
    });
  if (config.certificatesDir !== pkiDirectory)
    throw failure("discovery.layout", {
      differences: [
        `kubeadm-config has certificatesDir: ${config.certificatesDir}, not ${pkiDirectory}`,
      ],
    });
  return { version: await readVersion(api), config, controlPlane, workers };
};

/** Only what is looked at: a Node's status names all its images. */
const slim = ({ metadata, status }: NodeObject): NodeObject => {
  const { name, labels = {}, annotations = {} } = metadata;
  const { addresses = [], nodeInfo = {} } = status ?? {};
  return { metadata: { name, labels, annotations }, status: { addresses, nodeInfo } };
};

export const knownNode = ({ metadata: { name }, status }: NodeObject): KnownNode => {
  const of = (type: string): string[] =>
    (status?.addresses ?? []).filter((one) => one.type === type).map(({ address }) => address);
  const addresses = [...of("InternalIP"), ...of("Hostname"), ...of("InternalDNS")];
  return {
    name,
    addresses: addresses.length === 0 ? [name] : [...new Set(addresses)],
    kubelet: status?.nodeInfo?.kubeletVersion ?? "",
  };
};

const readConfig = async (api: KubernetesApi): Promise<KubeadmConfig> => {
  const map = await api.get(kubeadmConfig);
  if (map === undefined)
    throw failure("discovery.no-kubeadm", {
      why: "there is no ConfigMap kube-system/kubeadm-config",
    });
  const data = map["data"] as { readonly ClusterConfiguration?: string } | undefined;
  const config = readKubeadmConfig(data?.ClusterConfiguration ?? "");
  if (config !== undefined) return config;
  throw failure("discovery.no-kubeadm", {
    why: "its ConfigMap kube-system/kubeadm-config holds no ClusterConfiguration",
  });
};

export const readVersion = async (api: KubernetesApi): Promise<string> => {
  const { body } = await api.text("/version");
  const [, version] = /"gitVersion":\s*"v(\d+\.\d+\.\d+)/.exec(body) ?? [];
  if (version === undefined) throw failure("discovery.empty", { what: "version under /version" });
  return version;
};
