import { digestOf } from "../inventory/digest-of.ts";
import type { Instant } from "../model/certificate.ts";
import type { Proof } from "../model/claim.ts";
import type { Digests } from "../model/cryptography.ts";
import type { ConsumerId, Digest, SlotId } from "../model/inventory.ts";
import type { Entry } from "../model/journal.ts";
import type { Goal, Plan, Step, StepId } from "../model/plan.ts";
import { takenAwayBy } from "../plan/taken-away.ts";
import { evolveAll, unopened } from "./evolve.ts";
import { gapsOf, type Gap, type Outage } from "./gaps.ts";
import type { Run } from "./run.ts";
import { statusOf, type PhaseState } from "./status.ts";

/** What a run did and what was seen, for whoever has to believe it later. Plain JSON, no secrets. */
export interface RunReport {
  readonly format: "certwright.report/1";
  /** Over everything else in the report. */
  readonly digest: Digest;
  readonly run: string;
  readonly plan: Digest;
  readonly goal: Goal;
  readonly verdict: "reached" | "rolled-back" | "abandoned" | "unfinished";
  readonly by: string;
  readonly openedAt: Instant;
  readonly endedAt: Instant;
  readonly seconds: number;
  /** Of that, while a process was at it. */
  readonly workSeconds: number;
  /** Of that, what the restarted programs themselves took, by the plan: no run can be shorter. */
  readonly imposedSeconds: number;
  readonly phases: readonly ReportPhase[];
  readonly restarts: readonly Restart[];
  /** Every proof that let a step count as done, in the order of the journal. */
  readonly proofs: readonly (Proof & { readonly step: StepId })[];
  /** Tries that were refused, and those of which it was not known what became. */
  readonly setbacks: readonly Setback[];
  readonly approvals: readonly { readonly step: StepId; readonly by: string }[];
  readonly accepted: readonly { readonly blind: string; readonly by: string }[];
  /** What was done again or written over, as somebody wished; absent: nothing. */
  readonly repairs?: readonly {
    readonly by: string;
    readonly at: Instant;
    readonly slots: readonly SlotId[];
    readonly steps: readonly StepId[];
  }[];
  /** What somebody vouched for: a holder and what it has (`vouchName`). */
  readonly acknowledged: readonly {
    readonly name: string;
    readonly by: string;
    readonly at: Instant;
    readonly note: string;
  }[];
  /** What clients met meanwhile; absent when no load was watched. */
  readonly load?: WatchedLoad;
  /** Its outages, held against what the plan has announced. */
  readonly gaps?: readonly Gap[];
  /** The journal that all this is from: entries, and the hash of the last, which fixes all before it. */
  readonly journal: { readonly entries: number; readonly hash: Digest };
}

export interface ReportPhase {
  readonly id: string;
  readonly title: string;
  readonly state: PhaseState;
  /** Of work, between the first and the last record of its steps, and of those of its way back. */
  readonly seconds: number;
  /** What its disruptive steps and waits took, of that. */
  readonly disruptiveSeconds: number;
}

export interface Restart {
  readonly consumer: ConsumerId;
  readonly at: Instant;
  readonly step: StepId;
  /** Until everything was proved again. */
  readonly seconds?: number;
}

export interface Setback {
  readonly step: StepId;
  readonly at: Instant;
  readonly outcome: "refused" | "unknown";
  readonly code: string;
  readonly message: string;
}

export interface WatchedLoad {
  readonly requests: number;
  readonly failed: number;
  /** Between two answers to one process; what passed while none carried the run out is not in it. */
  readonly longestGapMs: number;
  /** The first of those that failed, of each process. */
  readonly failures: readonly { readonly at: Instant; readonly why: string }[];
  /** The first times in which requests failed, of each process. */
  readonly outages: readonly Outage[];
}

/** What two processes saw that carried out parts of one run. */
export const addLoads = (one: WatchedLoad, other: WatchedLoad): WatchedLoad => ({
  requests: one.requests + other.requests,
  failed: one.failed + other.failed,
  longestGapMs: Math.max(one.longestGapMs, other.longestGapMs),
  failures: [...one.failures, ...other.failures],
  outages: [...one.outages, ...other.outages],
});

/** Milliseconds that the programs take that were restarted. */
const imposedOn = ({ placed, steps }: Run): number => {
  let sum = 0;
  for (const [id, { step }] of placed) {
    const state = steps.get(id);
    if (state?.kind === "done" && state.effect) sum += step.imposed?.milliseconds ?? 0;
  }
  return sum;
};

/** The report of a journal, from its first entry to its last. Throws journal.impossible. */
export const reportOf = (
  plan: Plan,
  entries: readonly Entry[],
  digests: Digests,
  load?: WatchedLoad,
): RunReport => {
  const run = evolveAll(unopened(plan), entries);
  const status = statusOf(run, false);
  const worked = workedTimes(entries);
  const body = {
    format: "certwright.report/1",
    run: run.id,
    plan: plan.digest,
    goal: plan.goal,
    verdict: status.verdict ?? "unfinished",
    by: run.openedBy,
    openedAt: run.openedAt,
    endedAt: run.at,
    seconds: seconds(run.at - run.openedAt),
    workSeconds: seconds(worked.at(-1) ?? 0),
    imposedSeconds: seconds(imposedOn(run)),
    phases: status.phases.map(({ id, title, state }, index) => {
      const { steps, rollback } = plan.phases[index]!;
      const there = phaseTimes(entries, worked, steps);
      const back = phaseTimes(entries, worked, rollback);
      return {
        id,
        title,
        state,
        seconds: seconds(there.all + back.all),
        disruptiveSeconds: seconds(there.disruptive + back.disruptive),
      };
    }),
    restarts: restartsOf(entries, run.placed),
    proofs: entries.flatMap(({ event }) =>
      event.kind === "step.settled" && event.outcome.kind === "done"
        ? event.outcome.proofs.map((proof) => ({ ...proof, step: event.step }))
        : [],
    ),
    setbacks: entries.flatMap(({ event, at }): readonly Setback[] => {
      if (event.kind !== "step.settled" || event.outcome.kind === "done") return [];
      const { kind: outcome, failure } = event.outcome;
      return [{ step: event.step, at, outcome, code: failure.code, message: failure.message }];
    }),
    approvals: entries.flatMap(({ event }) =>
      event.kind === "step.approved" ? [{ step: event.step, by: event.by }] : [],
    ),
    accepted: entries.flatMap(({ event }) =>
      event.kind === "blind.accepted" ? [{ blind: event.id, by: event.by }] : [],
    ),
    ...repairsIn(entries),
    acknowledged: entries.flatMap(({ event, at }) =>
      event.kind === "claim.acknowledged"
        ? [{ name: event.name, by: event.by, at, note: event.note }]
        : [],
    ),
    ...(load === undefined ? {} : { load, gaps: gapsOf(run.placed, entries, load.outages) }),
    journal: { entries: entries.length, hash: run.hash },
  } as const satisfies Omit<RunReport, "digest">;
  return { ...body, digest: digestOf(body, digests) };
};

const repairsIn = (entries: readonly Entry[]): Pick<RunReport, "repairs"> => {
  const repairs = entries.flatMap(({ event, at }) =>
    event.kind === "repair.ordered"
      ? [{ by: event.by, at, slots: event.slots, steps: event.steps }]
      : [],
  );
  return repairs.length === 0 ? {} : { repairs };
};

type Placed = ReadonlyMap<StepId, { readonly step: Step }>;

/**
 * Milliseconds of work up to each entry: what passes before a process goes on with a run that stood still does not
 * count, nor does a clock that was set back.
 */
const workedTimes = (entries: readonly Entry[]): readonly number[] => {
  let worked = 0;
  return entries.map(({ epoch, at }, index) => {
    const before = entries[index - 1];
    if (epoch === before?.epoch) worked += Math.max(0, at - before.at);
    return worked;
  });
};

/** Milliseconds that these steps took together, and that their disruptive ones and waits took of that. */
const phaseTimes = (
  entries: readonly Entry[],
  worked: readonly number[],
  steps: readonly Step[],
): { readonly all: number; readonly disruptive: number } => {
  const byId = new Map(steps.map((step) => [step.id, step]));
  let first: number | undefined;
  let last = 0;
  let disruptive = 0;
  const begun = new Map<StepId, number>();
  for (const [index, { event }] of entries.entries()) {
    // An approval may be given long before the step's turn.
    if (!("step" in event) || event.kind === "step.approved") continue;
    const step = byId.get(event.step);
    if (step === undefined) continue;
    // A step's first record is of its intent; what was looked at before it began after the record before.
    first ??= worked[index - 1] ?? 0;
    last = worked[index]!;
    if (event.kind === "step.intended") begun.set(event.step, last);
    const since = begun.get(event.step);
    if (event.kind !== "step.settled" || since === undefined) continue;
    if (step.hazard === "disruptive" || step.effect.kind === "wait") disruptive += last - since;
    begun.delete(event.step);
  }
  return { all: first === undefined ? 0 : last - first, disruptive };
};

const restartsOf = (entries: readonly Entry[], placed: Placed): readonly Restart[] => {
  const restarts: Restart[] = [];
  /** Where in the list a step's restarts are that have not settled. */
  const open = new Map<StepId, readonly number[]>();
  for (const { event, at } of entries) {
    if (event.kind === "step.settled") {
      for (const index of open.get(event.step) ?? []) {
        const restart = restarts[index]!;
        restarts[index] = Object.assign({}, restart, { seconds: seconds(at - restart.at) });
      }
      open.delete(event.step);
    }
    if (event.kind !== "step.intended") continue;
    const away = takenAwayBy(placed.get(event.step)!.step.effect);
    open.set(
      event.step,
      away.map((_, index) => restarts.length + index),
    );
    restarts.push(...away.map((consumer) => ({ consumer, at, step: event.step })));
  }
  return restarts;
};

/** Of milliseconds, to the millisecond. */
const seconds = (milliseconds: number): number => Math.max(0, milliseconds) / 1000;
