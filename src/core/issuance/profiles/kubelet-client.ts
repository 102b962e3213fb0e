import type { LeafProfile } from "../profile.ts";
import { clientRole } from "../profile-roles.ts";
import { kubeadmKey } from "./kubeadm-files.ts";

export const kubeletClient: LeafProfile = {
  kind: "leaf",
  name: "kubelet-client",
  summary: "a kubelet as a client of the API server; the common name is the node's",
  why: "The node authorizer knows a node by the common name system:node:NAME and the group system:nodes, and lets it see only what is its own.",
  citation: "kubernetes plugin/pkg/auth/authorizer/node; pkg/controller/certificates/signer",
  key: kubeadmKey,
  role: { ...clientRole, requireCn: true, organization: ["system:nodes"] },
  commonName: { prefix: "system:node:" },
  example: "node-1",
  commonNameIsServerName: false,
  issuer: "kubernetes-ca",
  files: [{ path: "kubelet.conf", holds: "kubeconfig", mode: 0o600 }],
};
