import type { Plan, Step } from "../../src/core/model/plan.ts";
import type { Mutant } from "../mutant.ts";
import { changePhases, changeSteps, withoutClaims } from "./change-steps.ts";

/** Steps of one phase done in another one, after all of its own. */
const moved = (plan: Plan, ids: RegExp, from: string, to: string): Plan => {
  const steps = plan.phases
    .filter(({ id }) => id === from)
    .flatMap((phase) => phase.steps.filter(({ id }) => ids.test(id)));
  const known = new Set(steps.map(({ id }) => id));
  return changePhases(
    changeSteps(plan, (step) => (known.has(step.id) ? undefined : step)),
    (all) =>
      all.map((phase) => {
        if (phase.id !== to) return phase;
        const before = phase.steps.map(({ id }) => id);
        const added = steps.map((step) =>
          Object.assign({}, step, {
            needs: [...before, ...step.needs.filter((need) => known.has(need))],
          }),
        );
        return { ...phase, steps: [...phase.steps, ...added] };
      }),
  );
};

/** Without the barriers that would show what is left out elsewhere. */
const believing = (plan: Plan): Plan =>
  changeSteps(plan, (step) =>
    step.id.endsWith(".proved") || step.id.endsWith(".ready") ? undefined : step,
  );

const isRestart = (id: Step["id"]): boolean => id.includes(".restart.");

const isPods = /\.(?:daemonset|deployment|statefulset)\//;

const planners: readonly Omit<Mutant, "world">[] = [
  {
    name: "no-split",
    fault: "has controller-managers sign with the file that becomes a bundle",
    plan: (plan) => changePhases(plan, (all) => all.filter(({ id }) => id !== "split")),
  },
  {
    name: "no-join",
    fault: "leaves controller-managers with files of their own, where kubeadm does not look",
    plan: (plan) => changePhases(plan, (all) => all.filter(({ id }) => id !== "join")),
  },
  {
    name: "drop-before-workloads",
    fault: "takes pods for readers of their trust, and never replaces them",
    plan: (plan) =>
      changeSteps(believing(plan), (step) =>
        isPods.test(step.id) && step.effect.kind === "consumer.restart" ? undefined : step,
      ),
  },
  {
    name: "published-first",
    fault:
      "takes the old CA out of extension-apiserver-authentication before API servers forget it",
    plan: (plan) => {
      const isFirst = (id: Step["id"]): boolean =>
        /^drop\.write\.cluster\/(?:client-ca|requestheader-ca)$/.test(id);
      return changeSteps(believing(plan), (step) => {
        if (isFirst(step.id)) return { ...step, needs: [] };
        return /^drop\.write\..*\/kube-apiserver$/.test(step.id)
          ? { ...step, needs: [...step.needs, ...firstOf(plan, isFirst)] }
          : step;
      });
    },
  },
  {
    name: "kubelets-before-servers",
    fault: "has kubelets show the new generation before API servers trust it",
    plan: (plan) => moved(plan, /^switch\.(?:write|restart)\..*\/kubelet$/, "switch", "stage"),
  },
  {
    name: "manager-not-restarted",
    fault: "forgets that a controller-manager publishes the bundle that it has read at its start",
    plan: (plan) =>
      changeSteps(believing(plan), (step) => {
        if (/^trust\.restart\..*\/kube-controller-manager$/.test(step.id)) return undefined;
        return step.id === "trust.write.cluster/kube-root-ca"
          ? withoutClaims(step, "proves", ["holds"])
          : step;
      }),
  },
  {
    name: "kubelets-at-once",
    fault: "lets every kubelet be away at the same time",
    plan: (plan) =>
      changeSteps(plan, (step) =>
        step.effect.kind === "consumer.restart" && step.id.endsWith("/kubelet")
          ? {
              ...step,
              beside: { word: "kubelet", most: 99 },
              needs: step.needs.filter((need) => !need.endsWith("/kubelet") || !isRestart(need)),
            }
          : step,
      ),
  },
  {
    name: "masters-at-once",
    fault: "takes what must be alone for what may be away beside others",
    plan: (plan) =>
      changeSteps(plan, (step) =>
        step.hazard === "disruptive"
          ? {
              ...withoutClaims(step, "requires", ["healthy"]),
              beside: { word: "any", most: 99 },
              needs: step.needs.filter((need) => !isRestart(need) && !need.includes(".move.")),
            }
          : step,
      ),
  },
  {
    name: "key-before-certificate",
    fault: "gives kubeadm the new CA's key while the old one's certificate comes first",
    plan: (plan) => moved(plan, /^drop\.write\..*\/kubeadm$/, "drop", "switch"),
  },
];

/** Planners that do not know how Kubernetes reads, publishes and signs. */
export const wrongKubernetesPlanners: readonly Mutant[] = planners.map((planner) =>
  Object.assign({}, planner, { world: "kubernetes" as const }),
);

const firstOf = (plan: Plan, isFirst: (id: Step["id"]) => boolean): readonly Step["id"][] =>
  plan.phases.flatMap(({ steps }) => steps.flatMap(({ id }) => (isFirst(id) ? [id] : [])));
