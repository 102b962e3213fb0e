import type { LeafProfile } from "../profile.ts";
import { clientRole } from "../profile-roles.ts";
import { kubeadmKey, kubeconfigFile } from "./kubeadm-files.ts";

export const kubeControllerManager: LeafProfile = {
  kind: "leaf",
  name: "kube-controller-manager",
  summary: "the controller manager as a client of the API server",
  why: "Its rights come with the common name.",
  citation: "kubernetes cmd/kubeadm/app/phases/kubeconfig/kubeconfig.go",
  key: kubeadmKey,
  role: clientRole,
  commonName: { fixed: "system:kube-controller-manager" },
  example: "system:kube-controller-manager",
  commonNameIsServerName: false,
  issuer: "kubernetes-ca",
  files: kubeconfigFile("controller-manager.conf"),
};
