import type { ConsumerId } from "../../model/inventory.ts";
import type { Effect, Step, StepId } from "../../model/plan.ts";
import { readsByItself } from "../reads-by-itself.ts";
import { takenAwayBy } from "../taken-away.ts";
import { eventsOf, type Event } from "./event.ts";
import type { Keys, Model, SlotState, State } from "./model.ts";

/** A step with what it does to the model and what it waits for. */
export interface Happening {
  readonly step: StepId;
  readonly needs: readonly StepId[];
  /** Those whom it concerns itself. */
  readonly consumers: readonly ConsumerId[];
  readonly events: readonly Event[];
}

/** What happens in a phase, and when it is taken back. */
export interface Lists {
  readonly forward: readonly Happening[];
  readonly undo: readonly Happening[];
}

export const happenings = (model: Model, steps: readonly Step[]): readonly Happening[] =>
  steps.map((step) => ({
    step: step.id,
    needs: step.needs,
    consumers: consumersOf(step.effect),
    events: eventsOf(model, step),
  }));

const consumersOf = (effect: Effect): readonly ConsumerId[] => {
  if (effect.kind === "none") return effect.reloaded === undefined ? [] : [effect.reloaded];
  const away = takenAwayBy(effect);
  return away.length === 0 && "consumer" in effect ? [effect.consumer] : away;
};

/** Everything that each slot which is written may ever hold or have loaded meanwhile, whatever the order, by number. */
export const everUsed = (
  state: State,
  ...lists: readonly (readonly Happening[])[]
): ReadonlyMap<number, readonly Keys[]> => {
  const ever = new Map<number, readonly Keys[]>();
  for (const { events } of lists.flat()) {
    for (const event of events) {
      if (event.kind !== "write") continue;
      const used = ever.get(event.slot) ?? state[event.slot]!.used;
      ever.set(event.slot, used.includes(event.keys) ? used : [...used, event.keys]);
    }
  }
  return ever;
};

/**
 * The state in which a whole list is sure to end. What is read at a start only counts as loaded when a restart comes
 * after its write in every order; else the consumer may still use anything that lay there.
 */
export const afterAll = (model: Model, state: State, list: readonly Happening[]): State => {
  const after = [...state];
  const ever = everUsed(state, list);
  for (const { events } of list) {
    for (const event of events) {
      // A signer's flags: they change with the restart.
      if (event.kind === "write" && event.slot > model.slots.length) {
        after[event.slot] = event.keys.settled;
      }
    }
  }
  for (const [consumer, own] of byConsumer(model, list)) {
    const reached = own
      .filter((one) => one.consumers.includes(consumer))
      .filter(({ events }) => events.some(({ kind }) => kind === "reload"))
      .map(({ step }) => reachedFrom(own, step));
    for (const { id, reload } of model.survey.slotsOf.get(consumer) ?? []) {
      const slot = model.numberOf(id);
      const { disk, stopped, writers } = lastWrite(own, slot, state[slot]!);
      const loaded =
        readsByItself({ reload }) ||
        stopped ||
        reached.some((before) => writers.every((same) => same.some((step) => before.has(step))));
      after[slot] = loaded ? disk.settled : { disk, used: ever.get(slot) ?? state[slot]!.used };
    }
  }
  return after;
};

/** What each consumer does, and what others write at its places. */
const byConsumer = (
  { slots }: Model,
  list: readonly Happening[],
): ReadonlyMap<ConsumerId, readonly Happening[]> => {
  const lists = new Map<ConsumerId, Happening[]>();
  for (const one of list) {
    const touched = new Set(
      one.events.flatMap((event) =>
        event.kind === "write" ? (slots[event.slot]?.consumer ?? []) : [],
      ),
    );
    for (const consumer of one.consumers) touched.add(consumer);
    for (const consumer of touched) {
      const own = lists.get(consumer);
      if (own === undefined) lists.set(consumer, [one]);
      else own.push(one);
    }
  }
  return lists;
};

interface LastWrite {
  readonly disk: Keys;
  readonly stopped: boolean;
  /** Steps that write the same: after the first of them the others change nothing. */
  readonly writers: readonly (readonly StepId[])[];
}

const lastWrite = (own: readonly Happening[], slot: number, before: SlotState): LastWrite => {
  let { disk } = before;
  let stopped = false;
  const writers = new Map<Keys, StepId[]>();
  for (const { step, events } of own) {
    for (const event of events) {
      if (event.kind !== "write" || event.slot !== slot) continue;
      disk = event.keys;
      stopped = event.stopped;
      const same = writers.get(event.keys);
      if (same === undefined) writers.set(event.keys, [step]);
      else same.push(step);
    }
  }
  return { disk, stopped, writers: [...writers.values()] };
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
