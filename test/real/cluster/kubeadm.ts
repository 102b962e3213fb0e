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
export const kubeletConfiguration: object = {
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
    kubeletConfiguration,
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

/** What kubeadm's joins know the cluster by: the key of the first certificate in a master's ca.crt. */
export const pinOf = (master: Node): string => {
  const ca = new X509Certificate(readFileSync(master.path("/etc/kubernetes/pki/ca.crt")));
  const key = ca.publicKey.export({ type: "spki", format: "der" });
  return `sha256:${createHash("sha256").update(key).digest("hex")}`;
};

export const join = async (node: Node, admission: Admission, first: Node): Promise<void> => {
  const { token, certificateKey, endpoint, audited } = admission;
  if (audited && node.role === "master") writeAuditPolicy(node);
  const controlPlane = { certificateKey, localAPIEndpoint: { advertiseAddress: node.address } };
  const configuration = {
    apiVersion,
    kind: "JoinConfiguration",
    discovery: {
      bootstrapToken: { apiServerEndpoint: endpoint, token, caCertHashes: [pinOf(first)] },
    },
    nodeRegistration: registration,
    ...(node.role === "master" ? { controlPlane } : {}),
  };
  await kubeadm(node, [configuration], ["join"]);
};

/**
 * What kubeadm prints on a master for operators who want the node in: a new token with the pins of the CAs of now, and
 * for a master the CAs' keys, uploaded anew. Gives the words of the command that is to be run on the node.
 */
export const printedJoin = async (node: Node, by: Node): Promise<readonly string[]> => {
  const printed = await by.run(["kubeadm", "token", "create", "--print-join-command"], deadline);
  const words = printed.trim().split(/\s+/);
  if (words.slice(0, 2).join(" ") !== "kubeadm join") {
    throw new Error(`kubeadm printed no command: ${words.join(" ")}`);
  }
  words.push("--cri-socket", registration.criSocket, ...checks);
  if (node.role === "worker") return words;
  const upload = ["kubeadm", "init", "phase", "upload-certs", "--upload-certs"];
  const key = (await by.run(upload, deadline)).trim().split("\n").at(-1)!;
  const own = ["--apiserver-advertise-address", node.address];
  return [...words, "--control-plane", "--certificate-key", key, ...own];
};

/** Runs those words on the node, and returns when it is Ready. */
export const joinAsPrinted = async (
  node: Node,
  words: readonly string[],
  by: Node,
): Promise<void> => {
  await telling(node, () => node.run(words, deadline));
  // By the master's own file: the administrator's copy may be from before a rotation.
  const kubectl = ["kubectl", "--kubeconfig", "/etc/kubernetes/admin.conf"];
  const patience = `--timeout=${readyDeadline / 1000}s`;
  const ready = ["wait", "--for=condition=Ready", `node/${node.name}`, patience];
  await by.run([...kubectl, ...ready], readyDeadline);
};

/** A node becomes Ready some seconds after it has joined; a machine with two busy cores may need far longer. */
const readyDeadline = 4 * 60_000;

/** What kubeadm expects of a machine and these namespaces are not. */
const checks = ["--ignore-preflight-errors=all"];

const kubeadm = async (
  node: Node,
  documents: readonly object[],
  words: readonly string[],
): Promise<void> => {
  const text = documents.map((document) => stringify(document)).join("---\n");
  writeFileSync(node.path("/srv/kubeadm.yaml"), text, { mode: 0o600 });
  await telling(node, async () => {
    const configured = ["--config", "/srv/kubeadm.yaml", ...checks];
    const said = await node.run(["kubeadm", ...words, ...configured], deadline);
    writeFileSync(node.path("/srv/log/kubeadm.log"), said, { mode: 0o600 });
    return said;
  });
};

const telling = async (node: Node, work: () => Promise<string>): Promise<string> => {
  try {
    return await work();
  } catch (error) {
    // The node's files go with it.
    const log = "/srv/log/kubelet.log";
    const end = await node.run(["tail", "-n", "20", log]).catch(() => "nothing");
    throw new Error(`kubeadm failed on ${node.name}; its kubelet says:\n${end}`, { cause: error });
  }
};
