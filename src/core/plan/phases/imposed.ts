import type { Consumer } from "../../model/inventory.ts";
import type { Step } from "../../model/plan.ts";

/**
 * What programs take for their own restart, milliseconds, whoever asks for it and however: the shortest that their
 * sources and their defaults allow, so that a run can be measured by it. Pods of workloads and kubelets are left out:
 * what those take is their own affair, or next to nothing.
 */
const waits = {
  /**
   * kubeadm's manifest leaves terminationGracePeriodSeconds at 30; open watches hold an API server until then. Its
   * kubelet starts the next one 2.1 to 2.2 s after its end, as with every static pod, and that one is ready 4.1 s after it
   * began (1.35, three of them watched from outside): its hooks make what each cluster has.
   */
  server: {
    milliseconds: 36_000,
    why: "an API server lets its watches end (terminationGracePeriodSeconds 30), its kubelet starts it again (2 s), and it makes itself ready (4 s)",
  },
  /** Ended after 3 s when it is the only one: nobody else could take its watches over. */
  onlyServer: {
    milliseconds: 8_000,
    why: "the only API server ends and starts (measured 8 to 12 s)",
  },
  /** server/embed/etcd.go, (*Etcd).Close and stopServers: streams of clients are waited for. */
  member: {
    milliseconds: 8_000,
    why: "an etcd member lets its clients' streams end (measured 7 s) and its kubelet starts it (1 s)",
  },
  /** One after the other: the server is ended before, and has nothing to start with until the member is back. */
  onlyPair: {
    milliseconds: 16_000,
    why: "the only API server ends and starts (measured 8 to 12 s), and its only etcd member in between (8 s)",
  },
  /** component-base config/v1alpha1/defaults.go: LeaseDuration 15 s, RetryPeriod 2 s; 1.35 does not give it back. */
  lease: {
    milliseconds: 17_000,
    why: "a lease runs out that its leader did not give back (15 s, looked at each 2 s)",
  },
  /** Its lease is given back in its place when its pod has ended; the others ask every 2 s. */
  handover: {
    milliseconds: 4_000,
    why: "a kubelet ends a static pod and starts it again, and another one looks at its lease each 2 s",
  },
  /** From the end of a pod's last process until its kubelet would start another one of that name (pod_workers.go). */
  pod: { milliseconds: 2_000, why: "a kubelet ends a static pod and starts it again" },
} as const satisfies Readonly<Record<string, Step["imposed"]>>;

/**
 * `alone`: it is the only one of its group, and ended at once. `meanwhile`: an etcd member that is restarted meanwhile,
 * which takes no longer than an API server takes for its watches, and without which the only one cannot start.
 */
export const imposedOn = (
  { program, service, redundancy, leader }: Consumer,
  { alone, meanwhile }: { readonly alone: boolean; readonly meanwhile?: Consumer },
): Pick<Step, "imposed"> => {
  // A scheduler gives its lease back as it ends (cmd/kube-scheduler/app/server.go, ReleaseOnCancel).
  const keepsLease = redundancy === "standby" && program !== "kube-scheduler";
  if (keepsLease && leader !== false) {
    return { imposed: service === "static-pod" ? waits.handover : waits.lease };
  }
  if (service !== "static-pod") return {};
  switch (program) {
    case "etcd":
      return { imposed: waits.member };
    case "kube-apiserver":
      if (!alone) return { imposed: waits.server };
      return { imposed: meanwhile === undefined ? waits.onlyServer : waits.onlyPair };
    default:
      return { imposed: waits.pod };
  }
};
