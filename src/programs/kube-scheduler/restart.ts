import type { RestartRule } from "../kubernetes/slot.ts";

export const restartRules: readonly RestartRule[] = [
  {
    rule: "One at a time, the leader last",
    why: "each change of the leader is 17 s at most in which new pods wait; pods that run are not touched",
    source: "component-base config/v1alpha1/defaults.go; cmd/kube-scheduler/app/server.go",
  },
];
