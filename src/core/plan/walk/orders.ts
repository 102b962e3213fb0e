import type { SlotId } from "../../model/inventory.ts";
import type { StepId } from "../../model/plan.ts";
import type { Survey } from "../survey.ts";
import type { Happening, Lists } from "./happening.ts";
import { afterEvent, verifies, type Event, type SlotState, type Verification } from "./state.ts";

/** The order of steps in which a verification fails: the last one is where it does. */
export type FailingOrder = readonly StepId[];

/**
 * Goes through every order in which a phase's steps may run as far as one verification is concerned, broken off
 * anywhere and taken back from there in every order too. Few steps touch a given pair of slots, so this stays small.
 * A verification that fails at the start may do so until it holds for the first time.
 */
export const failingOrder = (
  survey: Survey,
  { presents, trusts }: Verification,
  start: readonly [SlotState, SlotState],
  lists: Lists,
): FailingOrder | undefined => {
  const slots = [survey.slots.get(presents)!, survey.slots.get(trusts)!] as const;
  const forward = relevant(lists.forward, [presents, trusts], slots);
  const undo = relevant(lists.undo, [presents, trusts], slots);
  const seen = new Set<string>();
  const names = new Map<unknown, number>();
  const nameOf = (keys: unknown): number => {
    if (!names.has(keys)) names.set(keys, names.size);
    return names.get(keys)!;
  };
  const go = (
    state: readonly [SlotState, SlotState],
    list: readonly Concerning[],
    done: ReadonlySet<number>,
    order: FailingOrder,
    heldBefore: boolean,
  ): FailingOrder | undefined => {
    const held = verifies(state[0].used, state[1].used);
    if (heldBefore && !held) return order;
    const key = `${list === undo ? "u" : "f"}${held ? "h" : ""}${[...done].sort().join()}|${state.map(({ disk, used }) => `${nameOf(disk)}:${used.map(nameOf).join()}`).join("|")}`;
    if (seen.has(key)) return undefined;
    seen.add(key);
    for (const [index, one] of list.entries()) {
      if (done.has(index) || !one.after.every((before) => done.has(before))) continue;
      const next: readonly [SlotState, SlotState] = [
        afterEvent(slots[0], state[0], one.event),
        afterEvent(slots[1], state[1], one.event),
      ];
      const failing = go(next, list, new Set([...done, index]), [...order, one.step], held);
      if (failing !== undefined) return failing;
    }
    // Rollback may begin here, or anywhere before.
    return list === undo || undo.length === 0 ? undefined : go(state, undo, new Set(), order, held);
  };
  return go(start, forward, new Set(), [], false);
};

interface Concerning {
  readonly step: StepId;
  readonly event: Event;
  /** Positions in the list of those that come before in every order. */
  readonly after: readonly number[];
}

const relevant = (
  list: readonly Happening[],
  ids: readonly SlotId[],
  slots: readonly [{ readonly consumer: string }, { readonly consumer: string }],
): readonly Concerning[] => {
  const concerns = (event: Event): boolean =>
    event.kind === "write"
      ? ids.includes(event.slot.id)
      : slots.some(({ consumer }) => consumer === event.consumer);
  const chosen = list.flatMap(({ step, events }) =>
    events.filter(concerns).map((event) => ({ step, event })),
  );
  if (chosen.length === 0) return [];
  const needsOf = new Map(list.map(({ step, needs }) => [step, needs]));
  return chosen.map(({ step, event }) => {
    const before = ancestors(needsOf, step);
    return {
      step,
      event,
      after: chosen.flatMap((other, index) => (before.has(other.step) ? [index] : [])),
    };
  });
};

/** Everything that has settled by the time the step begins. */
const ancestors = (
  needsOf: ReadonlyMap<StepId, readonly StepId[]>,
  step: StepId,
): ReadonlySet<StepId> => {
  const found = new Set<StepId>();
  const open = [...(needsOf.get(step) ?? [])];
  for (let one = open.pop(); one !== undefined; one = open.pop()) {
    if (found.has(one)) continue;
    found.add(one);
    open.push(...(needsOf.get(one) ?? []));
  }
  return found;
};
