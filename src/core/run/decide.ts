import type { Instant } from "../model/certificate.ts";
import type { Proof } from "../model/claim.ts";
import type { BlindSpot } from "../model/inventory.ts";
import type { RunEvent } from "../model/journal.ts";
import type { Step, StepId } from "../model/plan.ts";
import type { RunLimits } from "./limits.ts";
import {
  currentList,
  isDone,
  isDoubtful,
  stateOf,
  type Failed,
  type Run,
  type StepList,
} from "./run.ts";
import { awaited } from "./vouch.ts";

export type Command =
  /** Observe its proofs, then its requirements, then send its effect. */
  | { readonly kind: "start"; readonly step: Step }
  /** Nothing more can be started before then. */
  | { readonly kind: "wait"; readonly until: Instant }
  | { readonly kind: "pause"; readonly stuck: Stuck }
  | {
      readonly kind: "close";
      readonly verdict: (RunEvent & { readonly kind: "run.closed" })["verdict"];
    };

/** Why a run cannot go on by itself. */
export type Stuck =
  | { readonly kind: "approval"; readonly steps: readonly StepId[] }
  | {
      readonly kind: "blind";
      readonly step: StepId;
      readonly spots: readonly BlindSpot[];
    }
  /** A step was refused in a way that waiting does not cure. */
  | { readonly kind: "refused"; readonly step: StepId; readonly state: Failed }
  /** It lacks nothing but somebody's word, or time: `until`, when that is all. */
  | {
      readonly kind: "awaited";
      readonly step: StepId;
      readonly proofs: readonly Proof[];
      readonly until?: Instant;
    }
  /** It was tried for as long as the run has patience. */
  | { readonly kind: "patience"; readonly step: StepId; readonly state: Failed }
  /** They need each other: no planner of ours makes such a plan. */
  | { readonly kind: "circle"; readonly steps: readonly StepId[] };

/**
 * What is to be done now. Same run, same clock, same answer. `inFlight`: steps that were started and have not settled.
 * Empty: wait for one of those, or, when nothing is in flight, the run is not open.
 */
export const decide = (
  run: Run,
  now: Instant,
  inFlight: ReadonlySet<StepId>,
  limits: RunLimits,
): readonly Command[] => {
  if (run.stage.kind !== "open") return [];
  const list = currentList(run);
  if (list === undefined) {
    if (inFlight.size > 0) return [];
    const verdict = run.direction === "forward" ? "reached" : "rolled-back";
    return [{ kind: "close", verdict }];
  }
  const { calm, disruptive, troubled } = run.queue;
  const halting = firstOf(troubled, (id) => {
    if (inFlight.has(id)) return undefined;
    const hindrance = hindranceOf(run, run.placed.get(id)!.step, limits);
    return hindrance?.kind === "refused" ? hindrance : undefined;
  });
  if (halting !== undefined) {
    // Somebody has to do something: what else is under way is finished, nothing is begun.
    return inFlight.size > 0 ? [] : [{ kind: "pause", stuck: halting }];
  }
  const mayStart = (step: Step): boolean =>
    !inFlight.has(step.id) &&
    hindranceOf(run, step, limits) === undefined &&
    retryAt(run, step, now, limits) <= now;
  const flying = [...inFlight].map((id) => run.placed.get(id)!.step);
  const atOnce = limits.sideBySide - flying.filter((step) => !isDisruptive(step)).length;
  const starts = [
    ...take(calm, atOnce, mayStart),
    ...takeAway(
      flying.filter(isDisruptive),
      undoubted(run, disruptive, inFlight).filter(mayStart),
      limits,
    ),
  ].toSorted((a, b) => run.placed.get(a.id)!.position - run.placed.get(b.id)!.position);
  const commands: Command[] = starts.map((step) => ({ kind: "start", step }));

  let due: Instant | undefined;
  for (const id of troubled) {
    const { step } = run.placed.get(id)!;
    if (inFlight.has(id) || hindranceOf(run, step, limits) !== undefined) continue;
    const from = retryAt(run, step, now, limits);
    if (from > now && (due === undefined || from < due)) due = from;
  }
  if (due !== undefined) return [...commands, { kind: "wait", until: due }];
  if (commands.length > 0 || inFlight.size > 0) return commands;
  return [{ kind: "pause", stuck: stuckOf(run, list, limits) }];
};

/** The first of what `find` finds. */
const firstOf = <T, R>(all: Iterable<T>, find: (one: T) => R | undefined): R | undefined => {
  for (const one of all) {
    const found = find(one);
    if (found !== undefined) return found;
  }
  return undefined;
};

/** The first so many that may be started. */
const take = (
  steps: readonly Step[],
  count: number,
  mayStart: (step: Step) => boolean,
): readonly Step[] => {
  const taken: Step[] = [];
  for (const step of steps) {
    if (taken.length >= count) break;
    if (mayStart(step)) taken.push(step);
  }
  return taken;
};

/**
 * Those that may be taken away now besides those that are: the first one alone, or as many as the plan lets be away
 * together. Whoever comes before them in the plan and must be alone is not overtaken.
 */
const takeAway = (
  away: readonly Step[],
  ready: readonly Step[],
  { takenAway }: RunLimits,
): readonly Step[] => {
  const leading = (away[0] ?? ready[0])?.beside;
  if (leading === undefined) return away.length > 0 ? [] : ready.slice(0, 1);
  const other = ready.findIndex(({ beside }) => beside?.word !== leading.word);
  const alike = other === -1 ? ready : ready.slice(0, other);
  const most = Math.min(takenAway, ...[...away, ...alike].map((one) => one.beside?.most ?? 1));
  return alike.slice(0, Math.max(0, most - away.length));
};

/** Of disruptive steps, those in doubt alone while there are any: perhaps a consumer is away at this moment. */
const undoubted = (
  run: Run,
  ready: readonly Step[],
  inFlight: ReadonlySet<StepId>,
): readonly Step[] => {
  const doubtful = [...run.queue.troubled].filter(
    (id) =>
      !inFlight.has(id) && isDisruptive(run.placed.get(id)!.step) && isDoubtful(stateOf(run, id)),
  );
  return doubtful.length === 0 ? ready : ready.filter(({ id }) => doubtful.includes(id));
};

/** What hinders the steps that could be begun otherwise. */
const stuckOf = (run: Run, list: StepList, limits: RunLimits): Stuck => {
  let stuck: Stuck | undefined;
  for (const step of [...run.queue.calm, ...run.queue.disruptive]) {
    const hindrance = hindranceOf(run, step, limits);
    if (hindrance !== undefined) stuck = worse(stuck, hindrance);
  }
  if (stuck !== undefined) return stuck;
  const left = list.steps.filter(({ id }) => !isDone(run, id)).map(({ id }) => id);
  return { kind: "circle", steps: left };
};

const isDisruptive = (step: Step): boolean => step.hazard === "disruptive";

/** What only a person can take out of the step's way. */
const hindranceOf = (run: Run, step: Step, limits: RunLimits): Stuck | undefined => {
  const state = stateOf(run, step.id);
  if (state.kind === "failed") {
    const missing = awaited(state.failure);
    if (missing !== undefined) return awaiting(step.id, state, missing, limits);
    if (state.failure.retry === "never") return { kind: "refused", step: step.id, state };
    if (isWornOut(state, limits)) return { kind: "patience", step: step.id, state };
  }
  const spots = unacceptedSpots(run, step);
  if (spots.length > 0) return { kind: "blind", step: step.id, spots };
  if (step.approval && !run.approved.has(step.id)) return { kind: "approval", steps: [step.id] };
  return undefined;
};

/** What is there soon is waited for; for the rest, somebody has to come back. */
const awaiting = (
  step: StepId,
  { at, since = at }: Failed,
  proofs: readonly Proof[],
  { patience }: RunLimits,
): Stuck | undefined => {
  const until = dueOf(proofs);
  if (until !== undefined && until - since <= patience) return undefined;
  return { kind: "awaited", step, proofs, ...(until === undefined ? {} : { until }) };
};

/** When all of them will hold, if nothing speaks against it; undefined when somebody's word is needed. */
const dueOf = (proofs: readonly Proof[]): Instant | undefined => {
  let due: Instant | undefined;
  for (const { until } of proofs) {
    if (until === undefined) return undefined;
    due = Math.max(due ?? until, until);
  }
  return due;
};

/** Blind spots that somebody has to accept before this step: what cannot be taken back is not done blindly. */
export const unacceptedSpots = (run: Run, step: Step): readonly BlindSpot[] =>
  (step.hazard === "one-way" || step.approval) && run.direction === "forward"
    ? run.plan.blind.filter(({ id }) => !run.accepted.has(id))
    : [];

const order: readonly Stuck["kind"][] = [
  "approval",
  "blind",
  "awaited",
  "patience",
  "refused",
  "circle",
];

/** What is to be said first; approvals are asked for together. */
const worse = (known: Stuck | undefined, other: Stuck): Stuck => {
  if (known === undefined) return other;
  if (known.kind === "approval" && other.kind === "approval") {
    return { kind: "approval", steps: [...known.steps, ...other.steps] };
  }
  return order.indexOf(other.kind) > order.indexOf(known.kind) ? other : known;
};

const isWornOut = (state: Failed, limits: RunLimits): boolean => {
  if (state.sent >= limits.attempts) return true;
  if (state.since === undefined) return false;
  // Clocks are set while a run waits: what was certainly waited counts as well.
  let waited = 0;
  for (let n = 1; n < state.failures && waited < limits.patience; n++) {
    waited += retryDelay(n, state, limits);
  }
  return Math.max(waited, state.at - state.since) >= limits.patience;
};

/** Milliseconds between the nth failure and the next try. */
const retryDelay = (n: number, state: Failed, limits: RunLimits): number =>
  n === 1 && state.failure.retry === "now"
    ? 0
    : Math.min(limits.longestRetry, limits.firstRetry * 2 ** Math.min(n - 1, 30));

/** When a step may be tried again; never later than a delay from now, however the clock was set. */
const retryAt = (run: Run, step: Step, now: Instant, limits: RunLimits): Instant => {
  const state = stateOf(run, step.id);
  if (state.kind !== "failed" || state.at > now) return now;
  const due = dueOf(awaited(state.failure) ?? []);
  if (due !== undefined) return Math.max(now, due);
  return state.at + retryDelay(state.failures, state, limits);
};
