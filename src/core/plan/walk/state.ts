import type { Instant } from "../../model/certificate.ts";
import type { ConsumerId, Edge, EdgeId, Slot, SlotId } from "../../model/inventory.ts";
import type { Step } from "../../model/plan.ts";
import type { Survey } from "../survey.ts";
import { accepts, contentKeys, heldKeys, nothing, sameKeys, type Keys } from "./keys.ts";

/** One slot in the model: what lies there, and everything that its consumer may be using of what lay there. */
export interface SlotState {
  readonly disk: Keys;
  /**
   * Just `disk` for what is read at each handshake. What is read at a start stays in memory until the next one; that
   * may come at any moment, unasked for, so what is on the disk counts as well.
   */
  readonly used: readonly Keys[];
}

/** States of all slots; what is absent from it is as the inventory has it. */
export type State = ReadonlyMap<SlotId, SlotState>;

/** What a step does to the model, one thing at a time: writes of one step may be interrupted between two files. */
export type Event =
  | { readonly kind: "write"; readonly slot: Slot; readonly keys: Keys; readonly stopped: boolean }
  | { readonly kind: "reload"; readonly consumer: ConsumerId };

export const eventsOf = (survey: Survey, { effect }: Step, now: Instant): readonly Event[] => {
  switch (effect.kind) {
    case "slots.write": {
      const stopped = effect.during === "stopped";
      const writes = effect.writes.map(({ slot: id, content }): Event => {
        const slot = survey.slots.get(id)!;
        const keys = contentKeys(survey, slot, content, now);
        return { kind: "write", slot, keys, stopped };
      });
      // It is started again afterwards, and reads everything.
      return stopped ? [...writes, { kind: "reload", consumer: effect.consumer }] : writes;
    }
    case "consumer.restart":
      return [{ kind: "reload", consumer: effect.consumer }];
    case "none":
      return effect.reloaded === undefined ? [] : [{ kind: "reload", consumer: effect.reloaded }];
    default:
      return [];
  }
};

export const initialState = (survey: Survey, now: Instant): State =>
  new Map(
    survey.inventory.slots.map((slot) => {
      const disk = heldKeys(survey, slot, now);
      return [slot.id, { disk, used: [disk] }];
    }),
  );

const withKeys = (used: readonly Keys[], keys: Keys): readonly Keys[] =>
  used.some((one) => sameKeys(one, keys)) ? used : [...used, keys];

/** One slot after an event. */
export const afterEvent = (slot: Slot, before: SlotState, event: Event): SlotState => {
  if (event.kind === "reload") {
    return event.consumer === slot.consumer ? { disk: before.disk, used: [before.disk] } : before;
  }
  if (event.slot.id !== slot.id) return before;
  const { keys, stopped } = event;
  return {
    disk: keys,
    // While it is stopped it uses nothing, and it starts with what lies there then.
    used: stopped || slot.reload === "handshake" ? [keys] : withKeys(before.used, keys),
  };
};

/** The state after all events, in order. */
export const afterEvents = (survey: Survey, state: State, events: readonly Event[]): State => {
  const after = new Map(state);
  for (const event of events) {
    const touched =
      event.kind === "write" ? [event.slot] : (survey.slotsOf.get(event.consumer) ?? []);
    for (const slot of touched) after.set(slot.id, afterEvent(slot, after.get(slot.id)!, event));
  }
  return after;
};

/** What these steps leave, begun from what the inventory has, when nothing goes wrong. */
export const stateAfterSteps = (survey: Survey, now: Instant, steps: readonly Step[]): State =>
  afterEvents(
    survey,
    initialState(survey, now),
    steps.flatMap((step) => eventsOf(survey, step, now)),
  );

/** One side of an edge: the server's chain as the client sees it, or the other way round when it is mutual. */
export interface Verification {
  readonly edge: EdgeId;
  readonly presents: SlotId;
  readonly trusts: SlotId;
}

export const verificationsOf = ({
  id: edge,
  serverPresents,
  clientTrusts,
  clientPresents,
  serverTrusts,
}: Edge): readonly Verification[] => {
  const server = { edge, presents: serverPresents, trusts: clientTrusts };
  if (clientPresents === undefined || serverTrusts === undefined) return [server];
  return [server, { edge, presents: clientPresents, trusts: serverTrusts }];
};

/** Whether everything that may be shown is accepted by everything that may be trusted. */
export const verifies = (presents: readonly Keys[], trusts: readonly Keys[]): boolean =>
  trusts.every((trusted) => presents.every((chain) => accepts(trusted, chain)));

const untouched: SlotState = { disk: nothing, used: [nothing] };

/** A slot that the inventory does not have shows nothing and trusts nobody. */
export const stateOf = (state: State, slot: SlotId): SlotState => state.get(slot) ?? untouched;

export const holdsNow = (state: State, { presents, trusts }: Verification): boolean =>
  verifies(stateOf(state, presents).used, stateOf(state, trusts).used);

export const verifiesNow = (state: State, edge: Edge): boolean =>
  verificationsOf(edge).every((one) => holdsNow(state, one));
