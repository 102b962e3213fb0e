import type { Instant } from "../../model/certificate.ts";
import type { Edge, EdgeId, Inventory, SlotId } from "../../model/inventory.ts";
import type { Phase, Plan, Step, StepId } from "../../model/plan.ts";
import { surveyOf, type Survey } from "../survey.ts";
import { sameKeys, type Keys } from "./keys.ts";
import { failingOrder, type Happening } from "./orders.ts";
import {
  afterEvents,
  eventsOf,
  initialState,
  stateOf,
  verificationsOf,
  verifies,
  verifiesNow,
  type Event,
  type State,
} from "./state.ts";

/** Where a plan would break something. */
export interface Breach {
  readonly phase: string;
  readonly kind:
    /** A connection that verified does not any more, after these steps in this order. */
    | "edge"
    /** A connection that failed at first still does at the end. */
    | "never"
    /** What a phase has changed is not what it was after the phase's rollback. */
    | "rollback";
  readonly edge?: EdgeId;
  readonly slots: readonly SlotId[];
  readonly order: readonly StepId[];
}

/**
 * Carries a plan out on a model with files and memory apart, and looks at every edge after every event, in every
 * order that the steps' needs allow, broken off anywhere and taken back from there. Undefined when none ever breaks.
 * `outage`: phases in which connections may fail, because the goal says so; not before and not after.
 */
export const walk = (
  { phases }: Pick<Plan, "phases">,
  inventory: Inventory,
  now: Instant,
  outage: ReadonlySet<string> = new Set(),
): Breach | undefined => {
  const survey = surveyOf(inventory);
  let state = initialState(survey, now);
  /** Broken already: not the plan's fault, until they verify for the first time. */
  const failing = new Set(
    survey.edges.filter((edge) => !verifiesNow(state, edge)).map(({ id }) => id),
  );
  for (const phase of phases) {
    const forward = happenings(survey, phase.steps, now);
    const undo = happenings(survey, phase.rollback, now);
    const after = afterEvents(
      survey,
      state,
      forward.flatMap(({ events }) => events),
    );
    const edges = survey.edges.filter(({ id }) => !failing.has(id));
    const breach = outage.has(phase.id)
      ? brokenAtEnd(phase, edges, after)
      : (brokenWithin(survey, phase, edges, state, { forward, undo }) ??
        brokenAtEnd(phase, edges, after));
    if (breach !== undefined) return breach;
    const left = notRestored(survey, phase, state, after, { forward, undo });
    if (left !== undefined) return left;
    state = after;
    for (const edge of survey.edges)
      if (failing.has(edge.id) && verifiesNow(state, edge)) failing.delete(edge.id);
  }
  const [never] = failing;
  const last = phases.at(-1)?.id ?? "";
  return never === undefined
    ? undefined
    : { phase: last, kind: "never", edge: never, slots: [], order: [] };
};

interface Lists {
  readonly forward: readonly Happening[];
  readonly undo: readonly Happening[];
}

const happenings = (survey: Survey, steps: readonly Step[], now: Instant): readonly Happening[] =>
  steps.map((step) => ({ step: step.id, needs: step.needs, events: eventsOf(survey, step, now) }));

/**
 * First as if anything could happen at any time within the phase: everything a slot may hold against everything its
 * peer may. That is linear, and right plans pass; only where it fails are the orders looked at that can really happen.
 */
const brokenWithin = (
  survey: Survey,
  phase: Phase,
  edges: readonly Edge[],
  state: State,
  lists: Lists,
): Breach | undefined => {
  const ever = everUsed(
    state,
    [...lists.forward, ...lists.undo].flatMap(({ events }) => events),
  );
  if (ever.size === 0) return undefined;
  const usedBy = (slot: SlotId): readonly Keys[] => ever.get(slot) ?? stateOf(state, slot).used;
  for (const edge of edges) {
    for (const verification of verificationsOf(edge)) {
      const { presents, trusts } = verification;
      if (!ever.has(presents) && !ever.has(trusts)) continue;
      if (verifies(usedBy(presents), usedBy(trusts))) continue;
      const start = [stateOf(state, presents), stateOf(state, trusts)] as const;
      const order = failingOrder(survey, verification, start, lists);
      if (order !== undefined) {
        return { phase: phase.id, kind: "edge", edge: edge.id, slots: [presents, trusts], order };
      }
    }
  }
  return undefined;
};

const everUsed = (state: State, events: readonly Event[]): ReadonlyMap<SlotId, readonly Keys[]> => {
  const ever = new Map<SlotId, readonly Keys[]>();
  for (const event of events) {
    if (event.kind !== "write") continue;
    const used = ever.get(event.slot.id) ?? stateOf(state, event.slot.id).used;
    ever.set(
      event.slot.id,
      used.some((one) => sameKeys(one, event.keys)) ? used : [...used, event.keys],
    );
  }
  return ever;
};

const brokenAtEnd = (phase: Phase, edges: readonly Edge[], after: State): Breach | undefined => {
  const edge = edges.find((one) => !verifiesNow(after, one));
  return edge && { phase: phase.id, kind: "edge", edge: edge.id, slots: [], order: [] };
};

/** A phase with a rollback has to be taken back by it wholly, in the files and in what was loaded from them. */
const notRestored = (
  survey: Survey,
  phase: Phase,
  before: State,
  after: State,
  { forward, undo }: Lists,
): Breach | undefined => {
  if (phase.rollback.length === 0) return undefined;
  const restored = afterEvents(
    survey,
    after,
    undo.flatMap(({ events }) => events),
  );
  for (const event of forward.flatMap(({ events }) => events)) {
    if (event.kind !== "write") continue;
    const { id } = event.slot;
    const was = stateOf(before, id);
    const is = stateOf(restored, id);
    const same =
      sameKeys(was.disk, is.disk) &&
      is.used.every((one) => was.used.some((other) => sameKeys(one, other)));
    if (!same) return { phase: phase.id, kind: "rollback", slots: [id], order: [] };
  }
  return undefined;
};
