import type { LeafProfile } from "../profile.ts";
import { clientRole } from "../profile-roles.ts";
import { kubeadmKey, kubeconfigFile } from "./kubeadm-files.ts";

export const kubeScheduler: LeafProfile = {
  kind: "leaf",
  name: "kube-scheduler",
  summary: "the scheduler as a client of the API server",
  why: "Its rights come with the common name.",
  citation: "kubernetes cmd/kubeadm/app/phases/kubeconfig/kubeconfig.go",
  key: kubeadmKey,
  role: clientRole,
  commonName: { fixed: "system:kube-scheduler" },
  example: "system:kube-scheduler",
  commonNameIsServerName: false,
  issuer: "kubernetes-ca",
  files: kubeconfigFile("scheduler.conf"),
};
