import type { LeafProfile } from "../profile.ts";
import { peerRole } from "../profile-roles.ts";
import { kubeadmKey, pkiFiles } from "./kubeadm-files.ts";

export const kubeadmEtcdPeer: LeafProfile = {
  kind: "leaf",
  name: "kubeadm-etcd-peer",
  summary: "the peer certificate of kubeadm's stacked etcd; the common name is the node's",
  why: "Members are servers and clients of each other, and compare the address that a peer comes from with its certificate.",
  citation: "kubernetes cmd/kubeadm/app/phases/certs/certlist.go",
  key: kubeadmKey,
  role: { ...peerRole, requireCn: true },

  example: "node-1",
  commonNameIsServerName: false,
  always: { dns: ["localhost"], ip: ["127.0.0.1", "::1"] },
  issuer: "etcd-ca",
  files: pkiFiles("etcd/peer"),
};
