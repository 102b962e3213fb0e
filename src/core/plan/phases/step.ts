import type { Claim } from "../../model/claim.ts";
import type { Consumer } from "../../model/inventory.ts";
import type { Effect, Step, StepId } from "../../model/plan.ts";

/**
 * Estimates for people, milliseconds: measured on three members of etcd 3.6 on one machine, rounded up. Of a static
 * pod: 42 s until the only etcd of a kubeadm cluster was back, and 43 s until the only API server was, on two busy
 * cores, and 4 to 8 s until a controller-manager or a scheduler was, whose lease is given back. One that is no static pod
 * waits for its own lease to end, or another one does, 15 to 35 s. Of a rollout: a pod each on a few nodes.
 */
export const expected = {
  write: 300,
  issue: 500,
  restart: 6_000,
  /**
   * Of API servers that are services of their machines: one lets its watches end for up to 60 s unless its service
   * manager ends it before (k8s.io/apiserver server/genericapiserver.go, ShutdownTimeout; systemd waits 90 s), and starts
   * within 10 s.
   */
  serverRestart: 70_000,
  /** Of a member that API servers watch: 7 s for its streams (server/embed/etcd.go, ReqTimeout), and its start. */
  watchedMember: 15_000,
  podRestart: 45_000,
  standInRestart: 15_000,
  leaseRestart: 40_000,
  rollout: 60_000,
  move: 500,
  backup: 10_000,
  generation: 500,
  prove: 1_000,
  /** Somebody has to be found who does it. */
  person: 600_000,
} as const;

/** From the request until it is back; `watched`: others answer by way of it. */
export const restartTime = (
  { program, service, redundancy, leader }: Consumer,
  watched: boolean,
): number => {
  if (redundancy === "standby") {
    if (service === "static-pod") return expected.standInRestart;
    if (leader !== false) return expected.leaseRestart;
  }
  switch (service) {
    case "static-pod":
      return expected.podRestart;
    case "rollout":
      return expected.rollout;
    default:
      if (program === "kube-apiserver") return expected.serverRestart;
      return watched ? expected.watchedMember : expected.restart;
  }
};

interface Draft {
  readonly id: string;
  readonly title: string;
  readonly needs?: readonly StepId[];
  readonly requires?: readonly Claim[];
  readonly effect?: Effect;
  readonly proves: readonly Claim[];
  readonly hazard?: Step["hazard"];
  readonly approval?: boolean;
  readonly expected: number;
  readonly imposed?: NonNullable<Step["imposed"]>;
  readonly gap?: NonNullable<Step["gap"]>;
  readonly risk?: string | undefined;
}

/** A step, with what most steps have filled in: no needs, no effect, nothing cut, nobody asked. */
export const step = ({ risk, ...draft }: Draft): Step => ({
  needs: [],
  requires: [],
  effect: { kind: "none" },
  hazard: "safe",
  approval: false,
  ...draft,
  id: draft.id as StepId,
  ...(risk === undefined ? {} : { risk }),
});

/** Steps that no other step of the list needs: who waits for them waits for all. */
export const lastOf = (steps: readonly Step[]): readonly StepId[] => {
  const needed = new Set(steps.flatMap(({ needs }) => needs));
  return steps.flatMap(({ id }) => (needed.has(id) ? [] : [id]));
};
