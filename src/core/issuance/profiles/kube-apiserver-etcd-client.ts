import type { LeafProfile } from "../profile.ts";
import { clientRole } from "../profile-roles.ts";
import { kubeadmKey, pkiFiles } from "./kubeadm-files.ts";

export const kubeApiserverEtcdClient: LeafProfile = {
  kind: "leaf",
  name: "kube-apiserver-etcd-client",
  summary: "the API server as a client of etcd (--etcd-certfile)",
  why: "The API server reads it once, at its start: a new one takes a restart.",
  citation: "kubernetes cmd/kubeadm/app/phases/certs/certlist.go",
  key: kubeadmKey,
  role: clientRole,
  commonName: { fixed: "kube-apiserver-etcd-client" },
  example: "kube-apiserver-etcd-client",
  commonNameIsServerName: false,
  issuer: "etcd-ca",
  files: pkiFiles("apiserver-etcd-client"),
};
