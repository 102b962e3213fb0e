import type { Instant } from "../model/certificate.ts";
import type { Entry } from "../model/journal.ts";
import type { Step, StepId } from "../model/plan.ts";

/** A while without an answer in which requests failed: from the last answer before it to the first after it. */
export interface Outage {
  /** Whom the client asks: the group of an etcd cluster, or of the API servers. */
  readonly group: string;
  readonly from: Instant;
  readonly until: Instant;
  /** Requests. */
  readonly failed: number;
  /** Somebody was there and would have none of one of them. */
  readonly refused: boolean;
  /** Why the first of them failed. */
  readonly why: string;
}

/** An outage, held against the plan. */
export interface Gap extends Outage {
  /** Steps that were at it and had announced that nobody would answer; for how long, together, in milliseconds. */
  readonly announced?: { readonly steps: readonly StepId[]; readonly milliseconds: number };
  /** Nobody was there, as the steps had announced, and for no longer. */
  readonly asAnnounced: boolean;
}

type Placed = ReadonlyMap<StepId, { readonly step: Step }>;

interface Window {
  readonly step: StepId;
  readonly gap: NonNullable<Step["gap"]>;
  readonly from: Instant;
  until: Instant;
}

/**
 * Each outage with the steps that were at it meanwhile. One that lasts on into the next step may last as long as both
 * have announced; a step that was tried twice has announced its time once.
 */
export const gapsOf = (
  placed: Placed,
  entries: readonly Entry[],
  outages: readonly Outage[],
): readonly Gap[] => {
  const windows = windowsOf(placed, entries);
  return outages.map((outage) => {
    const own = new Map<StepId, number>();
    for (const { step, gap, from, until } of windows) {
      if (!gap.groups.includes(outage.group)) continue;
      if (from <= outage.until && until >= outage.from) own.set(step, gap.milliseconds);
    }
    if (own.size === 0) return { ...outage, asAnnounced: false };
    const milliseconds = [...own.values()].reduce((sum, one) => sum + one, 0);
    return {
      ...outage,
      announced: { steps: [...own.keys()], milliseconds },
      asAnnounced: !outage.refused && outage.until - outage.from <= milliseconds,
    };
  });
};

/** Times at which steps with a gap were at it; one that did not settle is so to the end. */
const windowsOf = (placed: Placed, entries: readonly Entry[]): readonly Window[] => {
  const windows: Window[] = [];
  const open = new Map<StepId, Window>();
  for (const { event, at } of entries) {
    if (event.kind === "step.intended") {
      const gap = placed.get(event.step)?.step.gap;
      if (gap === undefined) continue;
      const window = { step: event.step, gap, from: at, until: Infinity };
      windows.push(window);
      open.set(event.step, window);
    } else if (event.kind === "step.settled") {
      const window = open.get(event.step);
      if (window !== undefined) window.until = at;
      open.delete(event.step);
    }
  }
  return windows;
};
