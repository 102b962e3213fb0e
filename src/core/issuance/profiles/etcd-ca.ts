import type { AuthorityProfile } from "../profile.ts";
import { year } from "../profile-roles.ts";
import { kubeadmKey, pkiFiles } from "./kubeadm-files.ts";

export const etcdCa: AuthorityProfile = {
  kind: "authority",
  name: "etcd-ca",
  summary: "the CA of etcd: kubeadm's stacked one, or one of your own",
  why: "Outside of kubeadm make two: one for peers and servers, one for clients (--trusted-ca-file), so that a peer's certificate is no client of the database.",
  citation: "kubernetes cmd/kubeadm/app/phases/certs/certlist.go, util/pkiutil/pki_helpers.go",
  key: kubeadmKey,
  commonName: "etcd-ca",
  ttl: 10 * year,
  intermediate: false,
  files: pkiFiles("etcd/ca"),
};
