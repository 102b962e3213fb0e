import type { ConsumerId } from "../../model/inventory.ts";
import type { Step } from "../../model/plan.ts";
import { readsByItself } from "../reads-by-itself.ts";
import { contentKeys, initialState } from "./keys.ts";
import type { Keys, Model, SlotState, State } from "./model.ts";

/** What a step does to the model, one thing at a time: writes of one step may be interrupted between two files. */
export type Event =
  /** `slot`: its number. */
  | {
      readonly kind: "write";
      readonly slot: number;
      readonly keys: Keys;
      readonly stopped: boolean;
    }
  | { readonly kind: "reload"; readonly consumer: ConsumerId };

const none: readonly Event[] = [];

export const eventsOf = (model: Model, { effect }: Step): readonly Event[] => {
  switch (effect.kind) {
    case "slots.write": {
      const stopped = effect.during === "stopped";
      const writes = effect.writes.map(({ slot: id, content }): Event => {
        const slot = model.numberOf(id);
        return {
          kind: "write",
          slot,
          keys: contentKeys(model, model.slots[slot]!, content),
          stopped,
        };
      });
      // It is started again afterwards, and reads everything.
      return stopped ? [...writes, { kind: "reload", consumer: effect.consumer }] : writes;
    }
    case "consumer.restart":
      return [{ kind: "reload", consumer: effect.consumer }];
    case "none":
      return effect.reloaded === undefined ? none : [{ kind: "reload", consumer: effect.reloaded }];
    default:
      return none;
  }
};

/** One slot, by its number, after an event. */
export const afterEvent = (
  model: Model,
  slot: number,
  before: SlotState,
  event: Event,
): SlotState => {
  if (event.kind === "reload") {
    return event.consumer === model.slots[slot]?.consumer ? before.disk.settled : before;
  }
  if (event.slot !== slot) return before;
  const { keys, stopped } = event;
  // While it is stopped it uses nothing, and it starts with what lies there then.
  if (stopped || readsByItself(model.slots[slot]!)) return keys.settled;
  return {
    disk: keys,
    used: before.used.includes(keys) ? before.used : [...before.used, keys],
  };
};

/** The state after all events, in order. */
export const afterEvents = (model: Model, state: State, events: readonly Event[]): State => {
  const after = [...state];
  for (const event of events) {
    const touched =
      event.kind === "write"
        ? [event.slot]
        : (model.survey.slotsOf.get(event.consumer) ?? []).map(({ id }) => model.numberOf(id));
    for (const slot of touched) after[slot] = afterEvent(model, slot, after[slot]!, event);
  }
  return after;
};

/** What these steps leave, begun from what the inventory has, when nothing goes wrong. */
export const stateAfterSteps = (model: Model, steps: readonly Step[]): State =>
  afterEvents(
    model,
    initialState(model),
    steps.flatMap((step) => eventsOf(model, step)),
  );
