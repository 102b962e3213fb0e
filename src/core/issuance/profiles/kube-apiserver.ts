import type { LeafProfile } from "../profile.ts";
import { serverRole } from "../profile-roles.ts";
import { kubeadmKey, pkiFiles } from "./kubeadm-files.ts";

export const kubeApiserver: LeafProfile = {
  kind: "leaf",
  name: "kube-apiserver",
  summary: "the API server (--tls-cert-file)",
  why: "Pods reach it as kubernetes.default.svc and by the first address of the service range (10.96.0.1 by default), nodes by the node's address and by the control plane's endpoint: ask for those, and for kubernetes.default.svc.YOUR-DOMAIN when the cluster's domain is not cluster.local.",
  citation: "kubernetes cmd/kubeadm/app/phases/certs/certlist.go",
  key: kubeadmKey,
  role: serverRole,
  commonName: { fixed: "kube-apiserver" },
  example: "kube-apiserver",
  commonNameIsServerName: false,
  always: {
    dns: [
      "kubernetes",
      "kubernetes.default",
      "kubernetes.default.svc",
      "kubernetes.default.svc.cluster.local",
    ],
  },
  issuer: "kubernetes-ca",
  files: pkiFiles("apiserver"),
};
