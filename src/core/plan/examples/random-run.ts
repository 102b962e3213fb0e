import type { Instant } from "../../model/certificate.ts";
import type { EdgeId, Inventory } from "../../model/inventory.ts";
import type { Phase, Step, StepId } from "../../model/plan.ts";
import { surveyOf } from "../survey.ts";
import { afterEvents, eventsOf } from "../walk/event.ts";
import { initialState } from "../walk/keys.ts";
import { holdsNow, modelOf, type Model, type State, type Verification } from "../walk/model.ts";

/** Gives a number from 0 to below the bound. */
export type Pick = (bound: number) => number;

/** A connection that verified, and does not any more after this step. */
export interface Broken {
  readonly edge: EdgeId;
  readonly phase: string;
  readonly step: StepId;
}

/**
 * Carries out a plan once, as a run might: ready steps in any order, perhaps broken off somewhere and taken back. All
 * edges are looked at after every event. For tests: it knows nothing of how the walk comes to its answer.
 */
export const randomRun = (
  phases: readonly Phase[],
  inventory: Inventory,
  now: Instant,
  pick: Pick,
): Broken | undefined => {
  const model = modelOf(surveyOf(inventory), now);
  const stopAfter = pick(phases.flatMap(({ steps }) => steps).length * 2);
  const world: World = {
    model,
    pick,
    state: initialState(model),
    verified: new Set(),
    left: stopAfter,
  };
  look(world);
  const begun: Phase[] = [];
  for (const phase of phases) {
    begun.unshift(phase);
    const broken = carryOut(world, phase.id, phase.steps, true);
    if (broken !== undefined) return broken;
    if (world.left < 0) break;
  }
  if (world.left >= 0) return undefined;
  for (const phase of begun) {
    const broken = carryOut(world, phase.id, phase.rollback, false);
    if (broken !== undefined) return broken;
  }
  return undefined;
};

interface World {
  readonly model: Model;
  readonly pick: Pick;
  state: State;
  /** Those that have held at some time. */
  readonly verified: Set<Verification>;
  /** Events until the run is broken off. */
  left: number;
}

const look = (world: World): EdgeId | undefined => {
  for (const one of world.model.verifications) {
    if (holdsNow(world.state, one)) world.verified.add(one);
    else if (world.verified.has(one)) return one.edge;
  }
  return undefined;
};

const carryOut = (
  world: World,
  phase: string,
  steps: readonly Step[],
  mayStop: boolean,
): Broken | undefined => {
  const done = new Set<StepId>();
  while (done.size < steps.length) {
    const ready = steps.filter(
      ({ id, needs }) => !done.has(id) && needs.every((one) => done.has(one)),
    );
    const step = ready[world.pick(ready.length)];
    if (step === undefined) return undefined;
    for (const event of shuffled(eventsOf(world.model, step), world.pick)) {
      world.state = afterEvents(world.model, world.state, [event]);
      const edge = look(world);
      if (edge !== undefined) return { edge, phase, step: step.id };
      if (mayStop && --world.left < 0) return undefined;
    }
    if (mayStop && --world.left < 0) return undefined;
    done.add(step.id);
  }
  return undefined;
};

const shuffled = <T>(values: readonly T[], pick: Pick): readonly T[] => {
  const order = [...values];
  for (let i = order.length - 1; i > 0; i--) {
    const j = pick(i + 1);
    [order[i], order[j]] = [order[j]!, order[i]!];
  }
  return order;
};
