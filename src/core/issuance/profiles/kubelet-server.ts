import type { LeafProfile } from "../profile.ts";
import { serverRole } from "../profile-roles.ts";
import { kubeadmKey } from "./kubeadm-files.ts";

export const kubeletServer: LeafProfile = {
  kind: "leaf",
  name: "kubelet-server",
  summary: "a kubelet's own port 10250; the common name is the node's",
  why: "What the signer kubernetes.io/kubelet-serving writes: subject of the node, names and addresses of the node, serverAuth only. Ask for the node's names and addresses.",
  citation: "kubernetes pkg/apis/certificates/helpers.go (ValidateKubeletServingCSR)",
  key: kubeadmKey,
  role: { ...serverRole, requireCn: true, organization: ["system:nodes"] },
  commonName: { prefix: "system:node:" },
  example: "node-1",
  commonNameIsServerName: false,
  issuer: "kubernetes-ca",
  files: [{ path: "kubelet-server-current.pem", holds: "certificate and key", mode: 0o600 }],
};
