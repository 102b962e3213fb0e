import type { LeafProfile } from "../profile.ts";
import { clientRole } from "../profile-roles.ts";
import { kubeadmKey, kubeconfigFile } from "./kubeadm-files.ts";

export const kubernetesAdmin: LeafProfile = {
  kind: "leaf",
  name: "kubernetes-admin",
  summary: "the administrator of admin.conf",
  why: "The group kubeadm:cluster-admins gets its rights by a binding that can be taken away; system:masters could not (kubeadm 1.29 and later).",
  citation: "kubernetes cmd/kubeadm/app/phases/kubeconfig/kubeconfig.go",
  key: kubeadmKey,
  role: { ...clientRole, organization: ["kubeadm:cluster-admins"] },
  commonName: { fixed: "kubernetes-admin" },
  example: "kubernetes-admin",
  commonNameIsServerName: false,
  issuer: "kubernetes-ca",
  files: kubeconfigFile("admin.conf"),
};
