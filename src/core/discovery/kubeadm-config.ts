import { parseDocument } from "yaml";

/** What is read of kubeadm's ClusterConfiguration (kubeadm.k8s.io/v1beta3 and v1beta4 have it alike). */
export interface KubeadmConfig {
  readonly clusterName: string;
  /** "HOST:PORT" or "HOST"; absent: a single API server at its own address. */
  readonly controlPlaneEndpoint?: string;
  readonly certificatesDir: string;
  readonly etcd: "stacked" | "external";
}

/** From the ConfigMap kubeadm-config; undefined when that is not what it holds. */
export const readKubeadmConfig = (text: string): KubeadmConfig | undefined => {
  const document = parseDocument(text);
  if (document.errors.length > 0) return undefined;
  const config = document.toJS() as Partial<{
    kind: string;
    clusterName: string;
    controlPlaneEndpoint: string;
    certificatesDir: string;
    etcd: { external?: object };
  }> | null;
  if (config?.kind !== "ClusterConfiguration") return undefined;
  const endpoint = config.controlPlaneEndpoint;
  return {
    clusterName: config.clusterName ?? "kubernetes",
    ...(endpoint === undefined || endpoint === "" ? {} : { controlPlaneEndpoint: endpoint }),
    certificatesDir: config.certificatesDir ?? "/etc/kubernetes/pki",
    etcd: config.etcd?.external === undefined ? "stacked" : "external",
  };
};
