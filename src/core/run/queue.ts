import type { Step, StepId } from "../model/plan.ts";
import type { Placed, StepList, StepState } from "./run.ts";

/**
 * What of a list can be begun. Kept up as steps settle, for a list may have ten thousand steps and asking each one
 * what it needs, after each record, would take longer than the run.
 */
export interface Queue {
  /** Steps that are not done. */
  readonly left: number;
  /** Those whose needs are all done, in the plan's order; safe and one-way ones apart from disruptive ones. */
  readonly calm: readonly Step[];
  readonly disruptive: readonly Step[];
  /** Those that failed or are in doubt. */
  readonly troubled: ReadonlySet<StepId>;
}

export interface GrowingQueue extends Queue {
  left: number;
  readonly calm: Step[];
  readonly disruptive: Step[];
  readonly troubled: Set<StepId>;
  /** For each step that is not done: how many of its needs are not. */
  readonly needs: Map<StepId, number>;
}

type Placing = ReadonlyMap<StepId, Placed>;

/** The queue of a list, whatever of it is done already. */
export const queueOf = (
  list: StepList | undefined,
  placed: Placing,
  states: ReadonlyMap<StepId, StepState>,
): GrowingQueue => {
  const queue: GrowingQueue = {
    left: 0,
    calm: [],
    disruptive: [],
    troubled: new Set(),
    needs: new Map(),
  };
  const isDone = (id: StepId): boolean => states.get(id)?.kind === "done";
  for (const step of list?.steps ?? []) {
    if (isDone(step.id)) continue;
    const needs = step.needs.filter((need) => !isDone(need)).length;
    queue.left += 1;
    queue.needs.set(step.id, needs);
    if (needs === 0) partOf(queue, step).push(step);
    noteState(queue, step.id, states.get(step.id), placed);
  }
  return queue;
};

export const copyQueue = (queue: GrowingQueue): GrowingQueue => ({
  left: queue.left,
  calm: [...queue.calm],
  disruptive: [...queue.disruptive],
  troubled: new Set(queue.troubled),
  needs: new Map(queue.needs),
});

/** Takes up the new state of a step; one of another list is passed over: a rollback leaves forward steps in doubt. */
export const noteState = (
  queue: GrowingQueue,
  id: StepId,
  state: StepState | undefined,
  placed: Placing,
): void => {
  if (!queue.needs.has(id)) return;
  if (state?.kind === "failed" || state?.kind === "doubted") queue.troubled.add(id);
  else queue.troubled.delete(id);
  if (state?.kind !== "done") return;
  queue.needs.delete(id);
  const { step, dependents } = placed.get(id)!;
  queue.left -= 1;
  const part = partOf(queue, step);
  part.splice(placeIn(part, step, placed), 1);
  for (const dependent of dependents) {
    const needs = queue.needs.get(dependent.id);
    if (needs === undefined) continue;
    queue.needs.set(dependent.id, needs - 1);
    if (needs > 1) continue;
    const to = partOf(queue, dependent);
    to.splice(placeIn(to, dependent, placed), 0, dependent);
  }
};

const partOf = (queue: GrowingQueue, { hazard }: Step): Step[] =>
  hazard === "disruptive" ? queue.disruptive : queue.calm;

/** Where the step is in that part, or would be. */
const placeIn = (part: readonly Step[], { id }: Step, placed: Placing): number => {
  const { position } = placed.get(id)!;
  let low = 0;
  let high = part.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (placed.get(part[middle]!.id)!.position < position) low = middle + 1;
    else high = middle;
  }
  return low;
};
