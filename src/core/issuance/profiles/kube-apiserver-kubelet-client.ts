import type { LeafProfile } from "../profile.ts";
import { clientRole } from "../profile-roles.ts";
import { kubeadmKey, pkiFiles } from "./kubeadm-files.ts";

export const kubeApiserverKubeletClient: LeafProfile = {
  kind: "leaf",
  name: "kube-apiserver-kubelet-client",
  summary: "the API server as a client of kubelets (logs, exec)",
  why: "The group kubeadm:cluster-admins is what kubeadm gives it up to 1.35. kubeadm 1.36 leaves the group out and binds the common name to system:kubelet-api-admin; the certificate with the group works there too.",
  citation: "kubernetes cmd/kubeadm/app/phases/certs/certlist.go",
  key: kubeadmKey,
  role: { ...clientRole, organization: ["kubeadm:cluster-admins"] },
  commonName: { fixed: "kube-apiserver-kubelet-client" },
  example: "kube-apiserver-kubelet-client",
  commonNameIsServerName: false,
  issuer: "kubernetes-ca",
  files: pkiFiles("apiserver-kubelet-client"),
};
