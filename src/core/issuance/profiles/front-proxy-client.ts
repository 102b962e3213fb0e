import type { LeafProfile } from "../profile.ts";
import { clientRole } from "../profile-roles.ts";
import { kubeadmKey, pkiFiles } from "./kubeadm-files.ts";

export const frontProxyClient: LeafProfile = {
  kind: "leaf",
  name: "front-proxy-client",
  summary: "the API server as a client of aggregated API servers",
  why: "The common name stands in --requestheader-allowed-names, so another one is refused.",
  citation: "kubernetes cmd/kubeadm/app/phases/certs/certlist.go",
  key: kubeadmKey,
  role: clientRole,
  commonName: { fixed: "front-proxy-client" },
  example: "front-proxy-client",
  commonNameIsServerName: false,
  issuer: "front-proxy-ca",
  files: pkiFiles("front-proxy-client"),
};
