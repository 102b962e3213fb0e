import type { StepId } from "../../model/plan.ts";
import { afterEvent, type Event } from "./event.ts";
import type { Happening, Lists } from "./happening.ts";
import { verifies, type Keys, type Model, type State, type Verification } from "./model.ts";

/** The order of steps in which a verification fails: the last one is where it does. */
export type FailingOrder = readonly StepId[];

/**
 * Goes through every order in which a phase's steps may run as far as one verification is concerned, broken off
 * anywhere and taken back from there in every order too. Few steps touch a given pair of slots, so this stays small.
 * A verification that fails at the start may do so until it holds for the first time.
 */
export const failingOrder = (
  model: Model,
  { presents, trusts }: Verification,
  state: State,
  lists: Lists,
): FailingOrder | undefined => {
  const forward = relevant(model, lists.forward, [presents, trusts]);
  const undo = relevant(model, lists.undo, [presents, trusts]);
  const seen = new Set<string>();
  const names = new Map<Keys, number>();
  const nameOf = (keys: Keys): number => {
    if (!names.has(keys)) names.set(keys, names.size);
    return names.get(keys)!;
  };
  const go = (
    [shown, trusted]: Pair,
    list: readonly Concerning[],
    done: ReadonlySet<number>,
    order: FailingOrder,
    heldBefore: boolean,
  ): FailingOrder | undefined => {
    const held = verifies(shown.used, trusted.used);
    if (heldBefore && !held) return order;
    const key = `${list === undo ? "u" : "f"}${held ? "h" : ""}${[...done].sort().join()}|${[shown, trusted].map(({ disk, used }) => `${nameOf(disk)}:${used.map(nameOf).join()}`).join("|")}`;
    if (seen.has(key)) return undefined;
    seen.add(key);
    for (const [index, one] of list.entries()) {
      if (done.has(index) || !one.after.every((before) => done.has(before))) continue;
      const next: Pair = [
        afterEvent(model, presents, shown, one.event),
        afterEvent(model, trusts, trusted, one.event),
      ];
      const failing = go(next, list, new Set([...done, index]), [...order, one.step], held);
      if (failing !== undefined) return failing;
    }
    // Rollback may begin here, or anywhere before.
    return list === undo || undo.length === 0
      ? undefined
      : go([shown, trusted], undo, new Set(), order, held);
  };
  return go([state[presents]!, state[trusts]!], forward, new Set(), [], false);
};

type Pair = readonly [State[number], State[number]];

interface Concerning {
  readonly step: StepId;
  readonly event: Event;
  /** Positions in the list of those that come before in every order. */
  readonly after: readonly number[];
}

const relevant = (
  { slots }: Model,
  list: readonly Happening[],
  numbers: readonly number[],
): readonly Concerning[] => {
  const consumers = new Set(numbers.map((number) => slots[number]?.consumer));
  const concerns = (event: Event): boolean =>
    event.kind === "write" ? numbers.includes(event.slot) : consumers.has(event.consumer);
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
