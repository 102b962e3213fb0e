import type { Instant } from "../../model/certificate.ts";
import type { EdgeId, Inventory, SlotId } from "../../model/inventory.ts";
import type { Phase, Plan, StepId } from "../../model/plan.ts";
import { surveyOf, type Survey } from "../survey.ts";
import { sameKeys, type Keys } from "./keys.ts";
import { afterAll, everUsed, happenings, type Lists } from "./happening.ts";
import { failingOrder } from "./orders.ts";
import {
  holdsNow,
  initialState,
  stateOf,
  verificationsOf,
  verifies,
  type State,
  type Verification,
} from "./state.ts";

/** Where a plan would break something. */
export interface Breach {
  readonly phase: string;
  readonly kind:
    /** A connection that verified does not any more, after these steps in this order. */
    | "edge"
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
  const verifications = survey.edges.flatMap(verificationsOf);
  let state = initialState(survey, now);
  /** Failed from the start: not the plan's fault, until they hold for the first time. */
  const failing = new Set(verifications.filter((one) => !holdsNow(state, one)));
  for (const phase of phases) {
    const lists: Lists = {
      forward: happenings(survey, phase.steps, now),
      undo: happenings(survey, phase.rollback, now),
    };
    const after = afterAll(survey, state, lists.forward);
    const breach =
      (outage.has(phase.id)
        ? undefined
        : brokenWithin(survey, phase, { verifications, failing }, state, lists)) ??
      brokenAtEnd(phase, { verifications, failing }, after) ??
      notRestored(survey, phase, { before: state, after }, lists);
    if (breach !== undefined) return breach;
    state = after;
    for (const one of failing) if (holdsNow(state, one)) failing.delete(one);
  }
  return undefined;
};

interface Watched {
  readonly verifications: readonly Verification[];
  readonly failing: ReadonlySet<Verification>;
}

/**
 * First as if anything could happen at any time within the phase: everything a slot may hold against everything its
 * peer may. That is linear, and right plans pass; only where it fails are the orders looked at that can really happen.
 */
const brokenWithin = (
  survey: Survey,
  phase: Phase,
  { verifications }: Watched,
  state: State,
  lists: Lists,
): Breach | undefined => {
  const ever = everUsed(state, [...lists.forward, ...lists.undo]);
  if (ever.size === 0) return undefined;
  const usedBy = (slot: SlotId): readonly Keys[] => ever.get(slot) ?? stateOf(state, slot).used;
  for (const verification of verifications) {
    const { edge, presents, trusts } = verification;
    if (!ever.has(presents) && !ever.has(trusts)) continue;
    if (verifies(usedBy(presents), usedBy(trusts))) continue;
    const start = [stateOf(state, presents), stateOf(state, trusts)] as const;
    const order = failingOrder(survey, verification, start, lists);
    if (order !== undefined) {
      return { phase: phase.id, kind: "edge", edge, slots: [presents, trusts], order };
    }
  }
  return undefined;
};

const brokenAtEnd = (
  phase: Phase,
  { verifications, failing }: Watched,
  after: State,
): Breach | undefined => {
  const broken = verifications.find((one) => !failing.has(one) && !holdsNow(after, one));
  if (broken === undefined) return undefined;
  const { edge, presents, trusts } = broken;
  return { phase: phase.id, kind: "edge", edge, slots: [presents, trusts], order: [] };
};

/** A phase with a rollback has to be taken back by it wholly, in the files and in what was loaded from them. */
const notRestored = (
  survey: Survey,
  phase: Phase,
  { before, after }: { readonly before: State; readonly after: State },
  { forward, undo }: Lists,
): Breach | undefined => {
  if (phase.rollback.length === 0) return undefined;
  const restored = afterAll(survey, after, undo);
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
