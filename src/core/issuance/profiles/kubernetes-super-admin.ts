import type { LeafProfile } from "../profile.ts";
import { clientRole } from "../profile-roles.ts";
import { kubeadmKey, kubeconfigFile } from "./kubeadm-files.ts";

export const kubernetesSuperAdmin: LeafProfile = {
  kind: "leaf",
  name: "kubernetes-super-admin",
  summary: "the way in when authorization is broken (super-admin.conf)",
  why: "The group system:masters passes every authorization, and nothing revokes it but another CA: make it when needed and keep it short-lived.",
  citation: "kubernetes cmd/kubeadm/app/phases/kubeconfig/kubeconfig.go",
  key: kubeadmKey,
  role: { ...clientRole, organization: ["system:masters"] },
  commonName: { fixed: "kubernetes-super-admin" },
  example: "kubernetes-super-admin",
  commonNameIsServerName: false,
  issuer: "kubernetes-ca",
  files: kubeconfigFile("super-admin.conf"),
};
