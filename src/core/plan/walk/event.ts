import type { ConsumerId } from "../../model/inventory.ts";
import type { Step } from "../../model/plan.ts";
import { readsByItself } from "../reads-by-itself.ts";
import { isHome } from "../signers.ts";
import { takenAwayBy } from "../taken-away.ts";
import { contentKeys, flagsKeys, initialState, leadHome } from "./keys.ts";
import type { Keys, Model, SlotState, State } from "./model.ts";

/** What a step does to the model, one thing at a time: writes of one step may be interrupted between two files. */
export type Event =
  /** `slot`: its number, or that of a signer's flags. */
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
      const written = new Map<number, Event>();
      for (const { slot: id, content } of effect.writes) {
        const own = model.numberOf(id);
        // What is written there is the key; the certificate beside it is another slot's.
        if (isHome(model.slots[own]!)) continue;
        for (const slot of [own, ...model.besideOf(own)]) {
          const of = model.slots[slot]!;
          written.set(slot, {
            kind: "write",
            slot,
            keys: contentKeys(model, of, content),
            stopped: stopped && of.consumer === effect.consumer,
          });
        }
      }
      const writes = [...written.values()];
      // It is started again afterwards, and reads everything.
      return stopped ? [...writes, { kind: "reload", consumer: effect.consumer }] : writes;
    }
    case "consumer.restart":
      return takenAwayBy(effect).map((consumer) => ({ kind: "reload", consumer }));
    case "flags.set": {
      const signer = model.signers.find(
        ({ consumer, home }) => consumer.id === effect.consumer && home !== undefined,
      );
      if (signer === undefined) return [{ kind: "reload", consumer: effect.consumer }];
      const keys = flagsKeys(model, leadHome(signer, effect.flags));
      return [
        { kind: "write", slot: signer.flags, keys, stopped: true },
        { kind: "reload", consumer: effect.consumer },
      ];
    }
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
