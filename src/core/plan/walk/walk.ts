import type { Instant } from "../../model/certificate.ts";
import type { EdgeId, Inventory, SlotId } from "../../model/inventory.ts";
import type { Phase, Plan, StepId } from "../../model/plan.ts";
import { surveyOf } from "../survey.ts";
import { afterAll, everUsed, happenings, type Lists } from "./happening.ts";
import { initialState } from "./keys.ts";
import {
  holdsNow,
  modelOf,
  verifies,
  type Keys,
  type Model,
  type State,
  type Verification,
} from "./model.ts";
import { failingOrder } from "./orders.ts";

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
  outage?: ReadonlySet<string>,
): Breach | undefined => walkModel({ phases }, modelOf(surveyOf(inventory), now), outage);

/** The same on a model that is there already. */
export const walkModel = (
  { phases }: Pick<Plan, "phases">,
  model: Model,
  outage: ReadonlySet<string> = new Set(),
): Breach | undefined => {
  let state = initialState(model);
  /** Failed from the start: not the plan's fault, until they hold for the first time. */
  const failing = new Set(model.verifications.filter((one) => !holdsNow(state, one)));
  for (const phase of phases) {
    const lists: Lists = {
      forward: happenings(model, phase.steps),
      undo: happenings(model, phase.rollback),
    };
    const after = afterAll(model, state, lists.forward);
    const breach =
      (outage.has(phase.id) ? undefined : brokenWithin(model, phase, state, lists)) ??
      brokenAtEnd(model, phase, failing, after) ??
      notRestored(model, phase, { before: state, after }, lists);
    if (breach !== undefined) return breach;
    state = after;
    for (const one of failing) if (holdsNow(state, one)) failing.delete(one);
  }
  return undefined;
};

const holdsAll = (one: Keys, other: Keys): boolean =>
  [...other.names].every((name) => one.names.has(name));

const breachOf = (
  { slots }: Model,
  { id }: Phase,
  { edge, presents, trusts }: Verification,
  order: readonly StepId[],
): Breach => ({
  phase: id,
  kind: "edge",
  edge,
  slots: [slots[presents], slots[trusts]].flatMap((slot) => slot?.id ?? []),
  order,
});

/**
 * First as if anything could happen at any time within the phase: everything a slot may hold against everything its
 * peer may. That is linear, and right plans pass; only where it fails are the orders looked at that can really happen.
 */
const brokenWithin = (
  model: Model,
  phase: Phase,
  state: State,
  lists: Lists,
): Breach | undefined => {
  const ever = everUsed(state, lists.forward, lists.undo);
  if (ever.size === 0) return undefined;
  const usedBy = (slot: number): readonly Keys[] => ever.get(slot) ?? state[slot]!.used;
  for (const verification of model.verifications) {
    const { presents, trusts } = verification;
    if (!ever.has(presents) && !ever.has(trusts)) continue;
    if (verifies(usedBy(presents), usedBy(trusts))) continue;
    const order = failingOrder(model, verification, state, lists);
    if (order !== undefined) return breachOf(model, phase, verification, order);
  }
  return undefined;
};

const brokenAtEnd = (
  model: Model,
  phase: Phase,
  failing: ReadonlySet<Verification>,
  after: State,
): Breach | undefined => {
  const broken = model.verifications.find((one) => !failing.has(one) && !holdsNow(after, one));
  return broken && breachOf(model, phase, broken, []);
};

/** A phase with a rollback has to be taken back by it wholly, in the files and in what was loaded from them. */
const notRestored = (
  model: Model,
  phase: Phase,
  { before, after }: { readonly before: State; readonly after: State },
  { forward, undo }: Lists,
): Breach | undefined => {
  if (phase.rollback.length === 0) return undefined;
  const restored = afterAll(model, after, undo);
  for (const { events } of forward) {
    for (const event of events) {
      if (event.kind !== "write") continue;
      const was = before[event.slot]!;
      const is = restored[event.slot]!;
      if (was.disk === is.disk && is.used.every((one) => was.used.includes(one))) continue;
      // What programs publish may trust more until an earlier phase is taken back, too: its files are theirs.
      const slot = model.slots[event.slot];
      const isPublished = slot?.source !== undefined && slot.role === "trusts";
      if (isPublished && [is.disk, ...is.used].every((one) => holdsAll(one, was.disk))) continue;
      return {
        phase: phase.id,
        kind: "rollback",
        slots: slot === undefined ? [] : [slot.id],
        order: [],
      };
    }
  }
  return undefined;
};
