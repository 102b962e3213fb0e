import type { Plan } from "../../src/core/model/plan.ts";
import type { Mutant } from "../mutant.ts";
import { changePhases, changeSteps, withoutClaims } from "./change-steps.ts";

const isBarrier = (id: string): boolean => id.endsWith(".proved") || id.endsWith(".ready");

/** Phases `first` and `second` one in the place of the other. */
const exchanged = (plan: Plan, first: string, second: string): Plan =>
  changePhases(plan, (phases) => {
    const one = phases.find(({ id }) => id === first);
    const two = phases.find(({ id }) => id === second);
    if (one === undefined || two === undefined) return phases;
    return phases.map((phase) => (phase === one ? two : phase === two ? one : phase));
  });

/** Planners that forgot something. */
export const wrongPlanners: readonly Mutant[] = [
  {
    name: "no-proof",
    fault: "takes what was written and restarted for loaded: no step proves anything but that",
    plan: (plan) =>
      changeSteps(plan, (step) =>
        isBarrier(step.id)
          ? undefined
          : withoutClaims(step, "proves", [
              "accepts",
              "refuses",
              "verifies",
              "healthy",
              "presents",
            ]),
      ),
  },
  {
    name: "no-restart",
    fault:
      "forgets that etcd reads its bundles at its start only, and proves by reading the files back",
    plan: (plan) =>
      changeSteps(plan, (step) =>
        step.effect.kind === "consumer.restart" || step.effect.kind === "leadership.move"
          ? undefined
          : withoutClaims(step, "proves", ["accepts", "refuses", "verifies", "restarted"]),
      ),
  },
  {
    name: "no-barrier",
    fault: "does trust, switch and drop side by side, as each consumer gets to it",
    plan: (plan) =>
      changePhases(plan, (phases) => {
        const moving = phases.filter(({ id }) => ["trust", "switch", "drop"].includes(id));
        const [first] = moving;
        if (first === undefined) return phases;
        const steps = moving.flatMap((phase) => phase.steps).filter(({ id }) => !isBarrier(id));
        const known = new Set(steps.map(({ id }) => id));
        const joined = steps.map((step) =>
          Object.assign({}, step, {
            requires: [],
            needs: step.needs.filter((need) => known.has(need)),
          }),
        );
        return [...phases.filter((phase) => !moving.includes(phase)), { ...first, steps: joined }];
      }),
  },
  {
    name: "switch-before-trust",
    fault: "shows the new generation before anybody trusts it",
    plan: (plan) => exchanged(plan, "trust", "switch"),
  },
  {
    name: "drop-before-switch",
    fault: "has the old generation forgotten while it is still shown",
    plan: (plan) =>
      changeSteps(exchanged(plan, "switch", "drop"), (step) =>
        isBarrier(step.id) ? undefined : step,
      ),
  },
  {
    name: "new-first",
    fault: "writes the new generation before the one that issues into bundles",
    plan: (plan) =>
      changeSteps(plan, (step) =>
        step.effect.kind === "slots.write"
          ? {
              ...step,
              effect: {
                ...step.effect,
                writes: step.effect.writes.map((write) =>
                  write.content.kind === "bundle"
                    ? Object.assign({}, write, {
                        content: {
                          ...write.content,
                          generations: write.content.generations.toReversed(),
                        },
                      })
                    : write,
                ),
              },
              proves: [],
            }
          : { ...step, requires: [] },
      ),
  },
  {
    name: "no-quorum",
    fault: "restarts members without asking whether the others are there",
    plan: (plan) =>
      changeSteps(plan, (step) =>
        withoutClaims(withoutClaims(step, "requires", ["healthy"]), "proves", ["healthy"]),
      ),
  },
  {
    name: "restarts-at-once",
    fault: "calls a restart safe and lets members restart side by side",
    plan: (plan) =>
      changeSteps(plan, (step) => ({
        ...withoutClaims(step, "requires", ["healthy"]),
        hazard: step.hazard === "disruptive" ? ("safe" as const) : step.hazard,
        needs: step.effect.kind === "consumer.restart" ? [] : step.needs,
      })),
  },
  {
    name: "leader-first",
    fault: "restarts the leader without handing over",
    rules: { handsOver: false },
    plan: (plan) =>
      changeSteps(plan, (step) => (step.effect.kind === "leadership.move" ? undefined : step)),
  },
  {
    name: "rollback-in-wrong-order",
    fault: "takes the first phase back first",
    plan: (plan) =>
      changePhases(plan, (phases) => {
        const order = new Set(["trust", "switch", "drop"]);
        const moving = phases.filter(({ id }) => order.has(id));
        const turned = moving.toReversed();
        return phases.map((phase) => {
          const index = moving.indexOf(phase);
          return index === -1
            ? phase
            : Object.assign({}, phase, { rollback: turned[index]!.rollback });
        });
      }),
  },
  {
    name: "client-forgotten",
    fault: "leaves a client's trust as it is",
    plan: (plan) =>
      changeSteps(plan, (step) =>
        /\.(?:write|restart|ask|move)\.client\/app-1$/.test(step.id) && !step.id.includes("switch")
          ? undefined
          : { ...step, proves: step.proves.filter((claim) => !aboutClient(claim)) },
      ),
  },
  {
    name: "key-under-load",
    fault: "gives out new keys while the programs run: certificate and key are two files",
    plan: (plan) =>
      changeSteps(plan, (step) =>
        step.effect.kind === "slots.write"
          ? { ...step, effect: { ...step.effect, during: "running" as const } }
          : step,
      ),
  },
  {
    name: "no-cross-certificate",
    fault: "sends leaves of the new generation without the certificate that leads to the old one",
    plan: (plan) =>
      changeSteps(plan, (step) =>
        step.effect.kind === "slots.write"
          ? {
              ...step,
              effect: {
                ...step.effect,
                writes: step.effect.writes.map((write) => {
                  if (write.content.kind !== "leaf") return write;
                  const { via: _left, ...content } = write.content;
                  return Object.assign({}, write, { content });
                }),
              },
              proves: step.proves.filter(({ kind }) => kind !== "holds"),
            }
          : step,
      ),
  },
  {
    name: "approval-forgotten",
    fault: "does without a yes what has to be wanted",
    plan: (plan) => changeSteps(plan, (step) => ({ ...step, approval: false })),
  },
  {
    name: "no-backup",
    fault: "writes before there is a way back",
    plan: (plan) =>
      changeSteps(plan, (step) => (step.effect.kind === "backup.create" ? undefined : step)),
  },
];

const aboutClient = (claim: object): boolean => JSON.stringify(claim).includes("client/app-1");
