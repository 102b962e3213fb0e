import { inCluster } from "../client-go/in-cluster.ts";
import type { ProgramSlot, RestartRule } from "../kubernetes/slot.ts";

/** client-go 0.34 in CoreDNS 1.13.1, which kubeadm 1.35 deploys: its own version decides, and not the cluster's. */
export const slots = [
  {
    id: "trust",
    title: "which API servers CoreDNS believes",
    settings: inCluster.settings,
    role: "trusts",
    reload: "start",
    probed: false,
    note: "it answers from its cache while it cannot reach an API server",
    source: inCluster.source,
  },
] as const satisfies readonly ProgramSlot[];

export const restartRules: readonly RestartRule[] = [
  {
    rule: "By a rollout, which takes one of its pods at a time",
    why: "maxUnavailable is 1, and a pod that ends answers for 5 s more (lameduck)",
    source: "cmd/kubeadm/app/phases/addons/dns/manifests.go",
  },
];
