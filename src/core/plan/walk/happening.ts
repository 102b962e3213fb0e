import type { Instant } from "../../model/certificate.ts";
import type { ConsumerId, SlotId } from "../../model/inventory.ts";
import type { Effect, Step, StepId } from "../../model/plan.ts";
import { grouped, type Survey } from "../survey.ts";
import { sameKeys, type Keys } from "./keys.ts";
import { eventsOf, stateOf, type Event, type SlotState, type State } from "./state.ts";

/** A step with what it does to the model and what it waits for. */
export interface Happening {
  readonly step: StepId;
  readonly needs: readonly StepId[];
  readonly consumer: ConsumerId | undefined;
  readonly events: readonly Event[];
}

/** What happens in a phase, and when it is taken back. */
export interface Lists {
  readonly forward: readonly Happening[];
  readonly undo: readonly Happening[];
}

export const happenings = (
  survey: Survey,
  steps: readonly Step[],
  now: Instant,
): readonly Happening[] =>
  steps.map((step) => ({
    step: step.id,
    needs: step.needs,
    consumer: consumerOf(step.effect),
    events: eventsOf(survey, step, now),
  }));

const consumerOf = (effect: Effect): ConsumerId | undefined =>
  effect.kind === "none" ? effect.reloaded : "consumer" in effect ? effect.consumer : undefined;

/** Everything that each slot which is written may ever hold or have loaded meanwhile, whatever the order. */
export const everUsed = (
  state: State,
  list: readonly Happening[],
): ReadonlyMap<SlotId, readonly Keys[]> => {
  const ever = new Map<SlotId, readonly Keys[]>();
  for (const { events } of list) {
    for (const event of events) {
      if (event.kind !== "write") continue;
      const { id } = event.slot;
      const used = ever.get(id) ?? stateOf(state, id).used;
      const known = used.some((one) => sameKeys(one, event.keys));
      ever.set(id, known ? used : [...used, event.keys]);
    }
  }
  return ever;
};

/**
 * The state in which a whole list is sure to end. What is read at a start only counts as loaded when a restart comes
 * after its write in every order; else the consumer may still use anything that lay there.
 */
export const afterAll = (survey: Survey, state: State, list: readonly Happening[]): State => {
  const after = new Map(state);
  const ever = everUsed(state, list);
  const ofConsumer = grouped(
    list.filter(({ consumer }) => consumer !== undefined),
    ({ consumer }) => consumer!,
  );
  for (const [consumer, own] of ofConsumer) {
    const reloads = own.filter(({ events }) => events.some(({ kind }) => kind === "reload"));
    const reached = reloads.map(({ step }) => reachedFrom(own, step));
    for (const slot of survey.slotsOf.get(consumer) ?? []) {
      const writes = own.filter(({ events }) =>
        events.some((event) => event.kind === "write" && event.slot.id === slot.id),
      );
      const { disk, stopped } = lastWrite(writes, slot.id, stateOf(state, slot.id));
      const loaded =
        slot.reload === "handshake" ||
        stopped ||
        reached.some((before) => writes.every(({ step }) => before.has(step)));
      const used = loaded ? [disk] : (ever.get(slot.id) ?? stateOf(state, slot.id).used);
      after.set(slot.id, { disk, used });
    }
  }
  return after;
};

const lastWrite = (
  writes: readonly Happening[],
  slot: SlotId,
  before: SlotState,
): { readonly disk: Keys; readonly stopped: boolean } => {
  let last = { disk: before.disk, stopped: false };
  for (const { events } of writes) {
    for (const event of events) {
      if (event.kind === "write" && event.slot.id === slot) {
        last = { disk: event.keys, stopped: event.stopped };
      }
    }
  }
  return last;
};

/** Steps of the same consumer that have settled before this one in every order. */
const reachedFrom = (own: readonly Happening[], step: StepId): ReadonlySet<StepId> => {
  const needsOf = new Map(own.map((one) => [one.step, one.needs]));
  const reached = new Set<StepId>();
  const open = [...(needsOf.get(step) ?? [])];
  for (let one = open.pop(); one !== undefined; one = open.pop()) {
    if (reached.has(one) || !needsOf.has(one)) continue;
    reached.add(one);
    open.push(...needsOf.get(one)!);
  }
  return reached;
};
