import type { ProgramFile } from "../kubernetes/slot.ts";

/** Where every pod finds the cluster's CA; the kubelet swaps the file within its sync period and its cache's lifetime. */
export const serviceAccountCa = "/var/run/secrets/kubernetes.io/serviceaccount/ca.crt";

/** The minor version of client-go is that of the Kubernetes it is released with: 0.36 with 1.36. */
export const inCluster: ProgramFile = {
  title:
    "which API servers a program in a pod believes (rest.InClusterConfig, or a kubeconfig that names the file)",
  settings: [serviceAccountCa],
  reload: "start",
  later: { since: "1.36", reload: "watch" },
  note: "from client-go 0.36 on within five minutes; its token is read again every minute in all versions",
  source:
    "client-go rest/config.go, InClusterConfig; transport/transport.go, loadTLSFiles; features/known_features.go, ClientsAllowCARotation; kubernetes#119483",
};
