import { inCluster, serviceAccountCa } from "../client-go/in-cluster.ts";
import type { ProgramSlot, RestartRule } from "../kubernetes/slot.ts";

/** kubeadm's kube-proxy has a kubeconfig that names the files of its ServiceAccount. */
export const slots = [
  {
    ...inCluster,
    id: "trust",
    title: "which API servers kube-proxy believes",
    settings: [`clientConnection.kubeconfig: certificate-authority: ${serviceAccountCa}`],
    role: "trusts",
    probed: false,
    source: `cmd/kubeadm/app/phases/addons/proxy/manifests.go; ${inCluster.source}`,
  },
] as const satisfies readonly ProgramSlot[];

export const restartRules: readonly RestartRule[] = [
  {
    rule: "By a rollout, node by node",
    why: "the rules that it wrote stay in the kernel while it restarts; only changes of endpoints wait",
    source: "cmd/kubeadm/app/phases/addons/proxy/manifests.go, RollingUpdate",
  },
];
