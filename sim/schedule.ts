/** Virtual time: what is to happen, in order. Nothing else moves it. */
export interface Schedule {
  /** Milliseconds since the run of the world began; monotonic. */
  readonly now: () => number;
  /** `act` happens `milliseconds` from now; what was planned first for the same moment happens first. */
  after(milliseconds: number, act: () => void): void;
  /** Moves to the next moment and lets one thing happen; false when nothing is left. */
  step(): boolean;
  /** When the next thing happens; undefined when nothing is left. */
  next(): number | undefined;
}

interface Planned {
  readonly at: number;
  readonly order: number;
  readonly act: () => void;
}

/** A binary heap by moment, then by order of planning. */
export const createSchedule = (): Schedule => {
  const heap: Planned[] = [];
  let moment = 0;
  let order = 0;
  const earlier = (a: Planned, b: Planned): boolean =>
    a.at < b.at || (a.at === b.at && a.order < b.order);

  const push = (planned: Planned): void => {
    let index = heap.length;
    heap.push(planned);
    while (index > 0) {
      const parent = (index - 1) >> 1;
      if (!earlier(planned, heap[parent]!)) break;
      heap[index] = heap[parent]!;
      index = parent;
    }
    heap[index] = planned;
  };

  const pop = (): Planned | undefined => {
    const first = heap[0];
    const last = heap.pop();
    if (first === undefined || last === undefined || heap.length === 0) return first;
    let index = 0;
    for (;;) {
      let child = index * 2 + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && earlier(heap[child + 1]!, heap[child]!)) child++;
      if (!earlier(heap[child]!, last)) break;
      heap[index] = heap[child]!;
      index = child;
    }
    heap[index] = last;
    return first;
  };

  return {
    now: () => moment,
    after: (milliseconds, act) => {
      push({ at: moment + Math.max(0, Math.round(milliseconds)), order: order++, act });
    },
    step: () => {
      const planned = pop();
      if (planned === undefined) return false;
      moment = planned.at;
      planned.act();
      return true;
    },
    next: () => heap[0]?.at,
  };
};
