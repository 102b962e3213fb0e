import type { LeafProfile } from "../profile.ts";
import { peerRole } from "../profile-roles.ts";
import { kubeadmKey, pkiFiles } from "./kubeadm-files.ts";

export const kubeadmEtcdServer: LeafProfile = {
  kind: "leaf",
  name: "kubeadm-etcd-server",
  summary: "the server certificate of kubeadm's stacked etcd; the common name is the node's",
  why: "clientAuth as well, because etcd's JSON gateway calls etcd with it. The names are the node's, localhost, and the address that the node advertises.",
  citation: "kubernetes cmd/kubeadm/app/phases/certs/certlist.go; etcd#9785",
  key: kubeadmKey,
  role: { ...peerRole, requireCn: true },

  example: "node-1",
  commonNameIsServerName: false,
  always: { dns: ["localhost"], ip: ["127.0.0.1", "::1"] },
  issuer: "etcd-ca",
  files: pkiFiles("etcd/server"),
};
