import type { RestartRule } from "../kubernetes/slot.ts";

export const restartRules: readonly RestartRule[] = [
  {
    rule: "One kubelet at a time, and its node Ready again before the next",
    why: "the pods go on running; only probes, logs and exec wait",
    source: "kubernetes.io/docs, Container Lifecycle; pkg/kubelet/kubelet.go, syncLoop",
  },
  {
    rule: "Back within 40 s",
    why: "its lease ends after 40 s and the node counts as not ready 50 s after the last sign; 300 s later its pods are evicted",
    source:
      "pkg/kubelet/apis/config/v1beta1/defaults.go, NodeLeaseDurationSeconds; pkg/controller/nodelifecycle/config/v1alpha1/defaults.go, NodeMonitorGracePeriod",
  },
  {
    rule: "A static pod restarts when its manifest changes, within 20 s",
    why: "the kubelet looks at the folder every 20 s, and when it is told of a change",
    source: "pkg/kubelet/apis/config/v1beta1/defaults.go, FileCheckFrequency",
  },
];
