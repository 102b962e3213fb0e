import type { AuthorityProfile } from "../profile.ts";
import { year } from "../profile-roles.ts";
import { kubeadmKey, pkiFiles } from "./kubeadm-files.ts";

export const frontProxyCa: AuthorityProfile = {
  kind: "authority",
  name: "front-proxy-ca",
  summary: "kubeadm's CA for the aggregation layer",
  why: "It must not be the cluster's CA: whoever holds a certificate of this one may speak for any user in request headers.",
  citation: "kubernetes cmd/kubeadm/app/phases/certs/certlist.go, util/pkiutil/pki_helpers.go",
  key: kubeadmKey,
  commonName: "front-proxy-ca",
  ttl: 10 * year,
  intermediate: false,
  files: pkiFiles("front-proxy-ca"),
};
