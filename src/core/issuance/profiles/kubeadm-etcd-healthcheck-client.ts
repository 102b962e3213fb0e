import type { LeafProfile } from "../profile.ts";
import { clientRole } from "../profile-roles.ts";
import { kubeadmKey, pkiFiles } from "./kubeadm-files.ts";

export const kubeadmEtcdHealthcheckClient: LeafProfile = {
  kind: "leaf",
  name: "kubeadm-etcd-healthcheck-client",
  summary: "probes of kubeadm's stacked etcd",
  why: "A client of its own, so that taking it away stops probes and nothing else.",
  citation: "kubernetes cmd/kubeadm/app/phases/certs/certlist.go",
  key: kubeadmKey,
  role: clientRole,
  commonName: { fixed: "kube-etcd-healthcheck-client" },
  example: "kube-etcd-healthcheck-client",
  commonNameIsServerName: false,
  issuer: "etcd-ca",
  files: pkiFiles("etcd/healthcheck-client"),
};
