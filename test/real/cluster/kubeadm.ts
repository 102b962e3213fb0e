import { createHash, randomBytes, X509Certificate } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { stringify } from "yaml";
import { auditedApiServer, writeAuditPolicy } from "./audit.ts";
import { imageRepository } from "./images.ts";
import { podSubnet, type Node } from "./node.ts";
import { kubernetesVersion } from "./programs.ts";

/** What a node needs to join: made before the cluster is. */
export interface Admission {
  /** Address and port of the API for everybody. */
  readonly endpoint: string;
  readonly token: string;
  readonly certificateKey: string;
  /** Whether the API servers keep an audit log. */
  readonly audited: boolean;
}

export const makeAdmission = (endpoint: string, audited: boolean): Admission => ({
  endpoint,
  audited,
  token: `${randomBytes(3).toString("hex")}.${randomBytes(8).toString("hex")}`,
  certificateKey: randomBytes(32).toString("hex"),
});

const apiVersion = "kubeadm.k8s.io/v1beta4";

/** 20 s on two quiet cores; kubeadm itself waits four minutes for the control plane. */
const deadline = 6 * 60_000;

/**
 * The kernel may have cgroup version 1, there is no systemd to keep groups, and a full disk of the machine is no reason to
 * evict pods or to remove images, which cannot be pulled.
 */
const kubelet: object = {
  apiVersion: "kubelet.config.k8s.io/v1beta1",
  kind: "KubeletConfiguration",
  failCgroupV1: false,
  cgroupDriver: "cgroupfs",
  cgroupsPerQOS: false,
  enforceNodeAllocatable: ["none"],
  failSwapOn: false,
  evictionHard: {
    "memory.available": "50Mi",
    "nodefs.available": "1%",
    "imagefs.available": "1%",
    "nodefs.inodesFree": "1%",
  },
  imageGCHighThresholdPercent: 100,
  imageGCLowThresholdPercent: 99,
};

const registration = { criSocket: "unix:///run/containerd/containerd.sock" };

/** Makes the node the first master, without CoreDNS. */
export const initialize = async (node: Node, admission: Admission): Promise<void> => {
  const { token, certificateKey, endpoint, audited } = admission;
  if (audited) writeAuditPolicy(node);
  const documents = [
    {
      apiVersion,
      kind: "InitConfiguration",
      bootstrapTokens: [{ token }],
      certificateKey,
      localAPIEndpoint: { advertiseAddress: node.address },
      nodeRegistration: registration,
    },
    {
      apiVersion,
      kind: "ClusterConfiguration",
      kubernetesVersion,
      imageRepository,
      controlPlaneEndpoint: endpoint,
      networking: { podSubnet },
      ...(audited ? { apiServer: auditedApiServer } : {}),
    },
    kubelet,
    {
      apiVersion: "kubeproxy.config.k8s.io/v1alpha1",
      kind: "KubeProxyConfiguration",
      mode: "nftables",
      // These limits are the whole kernel's.
      conntrack: { maxPerCore: 0, min: 0 },
    },
  ];
  await kubeadm(node, documents, ["init", "--upload-certs"]);
};

export const join = async (node: Node, admission: Admission, first: Node): Promise<void> => {
  const { token, certificateKey, endpoint, audited } = admission;
  if (audited && node.role === "master") writeAuditPolicy(node);
  const ca = new X509Certificate(readFileSync(first.path("/etc/kubernetes/pki/ca.crt")));
  const pin = createHash("sha256")
    .update(ca.publicKey.export({ type: "spki", format: "der" }))
    .digest("hex");
  const controlPlane = { certificateKey, localAPIEndpoint: { advertiseAddress: node.address } };
  const configuration = {
    apiVersion,
    kind: "JoinConfiguration",
    discovery: {
      bootstrapToken: { apiServerEndpoint: endpoint, token, caCertHashes: [`sha256:${pin}`] },
    },
    nodeRegistration: registration,
    ...(node.role === "master" ? { controlPlane } : {}),
  };
  await kubeadm(node, [configuration], ["join"]);
};

const kubeadm = async (
  node: Node,
  documents: readonly object[],
  words: readonly string[],
): Promise<void> => {
  const text = documents.map((document) => stringify(document)).join("---\n");
  writeFileSync(node.path("/srv/kubeadm.yaml"), text, { mode: 0o600 });
  const checks = ["--config", "/srv/kubeadm.yaml", "--ignore-preflight-errors=all"];
  try {
    const said = await node.run(["kubeadm", ...words, ...checks], deadline);
    writeFileSync(node.path("/srv/log/kubeadm.log"), said, { mode: 0o600 });
  } catch (error) {
    // The node's files go with it.
    const log = "/srv/log/kubelet.log";
    const end = await node.run(["tail", "-n", "20", log]).catch(() => "nothing");
    throw new Error(`kubeadm failed on ${node.name}; its kubelet says:\n${end}`, { cause: error });
  }
};
