import type { AuthorityProfile } from "../profile.ts";
import { year } from "../profile-roles.ts";
import { kubeadmKey, pkiFiles } from "./kubeadm-files.ts";

export const kubernetesCa: AuthorityProfile = {
  kind: "authority",
  name: "kubernetes-ca",
  summary: "the cluster's CA of kubeadm: signs the API server, kubelets and administrators",
  why: "No path length, so that a successor can be cross-signed. Unlike kubeadm's own it carries an authority key identifier and cRLSign, and no DNS name: with two generations of one name, verifiers choose by the key identifier.",
  citation: "kubernetes cmd/kubeadm/app/phases/certs/certlist.go, util/pkiutil/pki_helpers.go",
  key: kubeadmKey,
  commonName: "kubernetes",
  ttl: 10 * year,
  intermediate: false,
  files: pkiFiles("ca"),
};
