import { isFailure } from "../../core/errors/certwright-error.ts";
import type { Digests } from "../../core/model/cryptography.ts";
import type { Entry, RunEvent } from "../../core/model/journal.ts";
import type { Phase, Plan, Step, StepId } from "../../core/model/plan.ts";
import { decide, type Stuck } from "../../core/run/decide.ts";
import { mayApprove } from "../../core/run/objection.ts";
import type { RunLimits } from "../../core/run/limits.ts";
import { repairClaims, repairOf } from "../../core/run/repair.ts";
import type { Run } from "../../core/run/run.ts";
import { stuckWords } from "../../core/run/stuck-words.ts";
import type { Clock } from "../../ports/clock.ts";
import type { Control, Wish } from "../../ports/control.ts";
import type { Journal } from "../../ports/journal.ts";
import type { HeldLease } from "../../ports/lease.ts";
import type { Timer } from "../../ports/timer.ts";
import type { World } from "../../ports/world.ts";
import { createAborting, createBell } from "./bell.ts";
import { carryOut, type Activity } from "./carry-out.ts";
import { openRecord, type RunRecord } from "./record.ts";

// The only loop that changes anything: fold the journal, decide, carry out, write down.
//
//   drive(ports, order, listen?) -> DriveEnd
//
// It opens the run of an empty journal, goes on with any other one, and ends when the run is closed, paused or halted.
// It has no timer, clock, randomness or race of its own: with ports whose promises a simulator settles, the same order
// of settling gives the same run. A crash is ports that never answer again; the next call of drive on the same journal,
// with a lease of a higher epoch, goes on. It throws journal.* when the journal cannot be trusted or written, and then
// nothing more is done; effects that were under way have ended by then.

export interface DrivePorts {
  readonly world: World;
  readonly journal: Journal;
  readonly lease: HeldLease;
  readonly clock: Clock;
  readonly timer: Timer;
  readonly control: Control;
  readonly digests: Digests;
}

/** What to carry out, and what an operator says to it. */
export interface DriveOrder {
  readonly run: string;
  readonly plan: Plan;
  /** Who wants it, for the journal: "alice@bastion". */
  readonly by: string;
  /** Yes to these steps; to one whose time has not come (`mayApprove`) it is not taken, and has to be said again. */
  readonly approve: readonly StepId[];
  /** Blind spots that are taken on. */
  readonly acceptBlind: readonly string[];
  /** Turns the run round: brings back what held before. */
  readonly rollback?: string;
  /** Looks again at what the run rests on, does again what does not hold, and writes over what somebody changed. */
  readonly repair?: boolean;
  readonly limits: RunLimits;
}

export type Progress =
  /** A record became durable; `run` has it. */
  | { readonly kind: "entry"; readonly entry: Entry; readonly run: Run }
  | {
      readonly kind: "activity";
      readonly step: Step;
      readonly phase: Phase;
      readonly activity: Activity;
    }
  /** Nothing can be done before then; the steps' failures are in the run. */
  | { readonly kind: "waiting"; readonly until: number; readonly run: Run };

export type DriveEnd = { readonly run: Run } & (
  | { readonly kind: "closed" }
  /** Nobody said yes, or a thing did not come about, or somebody has to do something. */
  | { readonly kind: "paused"; readonly stuck: Stuck }
  /** As somebody wished. */
  | { readonly kind: "stopped"; readonly wish: Wish }
  /** What an earlier step left is not there any more. */
  | { readonly kind: "halted" }
  /** Another process has taken the estate over. This one wrote and did nothing more. */
  | { readonly kind: "fenced" }
);

export const drive = async (
  ports: DrivePorts,
  order: DriveOrder,
  listen: (progress: Progress) => void = () => undefined,
): Promise<DriveEnd> => {
  const { run: name, plan, limits } = order;
  const record: RunRecord = await openRecord(
    ports,
    { run: name, plan, epoch: ports.lease.epoch },
    limits,
    (entry) => listen({ kind: "entry", entry, run: record.run }),
  );
  const { run } = record;
  if (run.stage.kind === "closed") return { kind: "closed", run };
  if (!(await ports.lease.isHeld())) return { kind: "fenced", run };
  const bell = createBell();
  const inFlight = new Set<StepId>();
  let fenced = false;
  let trouble: { readonly error: unknown } | undefined;
  const start = (step: Step): void => {
    inFlight.add(step.id);
    const tell = (activity: Activity): void =>
      listen({ kind: "activity", step, phase: run.placed.get(step.id)!.list.phase, activity });
    void carryOut(step, record, ports, limits, tell)
      .then(
        (end) => {
          fenced ||= end === "fenced";
        },
        (error: unknown) => {
          trouble ??= { error };
        },
      )
      .then(() => {
        inFlight.delete(step.id);
        bell.ring();
      });
  };
  /** Until something happens, and no longer than `until`. */
  const rest = async (until: number | undefined): Promise<void> => {
    if (until === undefined) return await bell.heard();
    const awake = createAborting();
    const span = Math.max(1, Math.min(until - ports.clock.now(), limits.longestSleep));
    void ports.timer.sleep(span, awake).then(() => {
      if (!awake.aborted) bell.ring();
    });
    await bell.heard();
    awake.abort();
  };
  const ring = (): void => bell.ring();

  ports.control.hurry?.addEventListener("abort", ring);
  try {
    for (const event of opening(run, order)) await record.append(event);
    if (order.repair === true) {
      const repair = repairOf(run, await ports.world.observe(repairClaims(run)));
      if (repair.slots.length + repair.steps.length > 0) {
        await record.append({ kind: "repair.ordered", ...repair, by: order.by });
      }
    }
    for (;;) {
      // Whatever stops the loop, no effect is left behind that could still be changing something.
      if (fenced || trouble !== undefined || run.stage.kind !== "open") {
        if (inFlight.size > 0) {
          await bell.heard();
          continue;
        }
        if (trouble !== undefined) throw trouble.error;
        return endOf(run, fenced);
      }
      const wish = await ports.control.wish();
      if (wish !== undefined) {
        if (inFlight.size > 0) await bell.heard();
        else {
          await record.append({ kind: "run.paused", by: wish.by, why: wish.why });
          return { kind: "stopped", wish, run };
        }
        continue;
      }
      let until: number | undefined;
      for (const command of decide(run, ports.clock.now(), inFlight, limits)) {
        if (command.kind === "start") start(command.step);
        else if (command.kind === "wait") until = command.until;
        else if (command.kind === "close") {
          await record.append({ kind: "run.closed", verdict: command.verdict });
        } else {
          const why = stuckWords(command.stuck, run);
          await record.append({ kind: "run.paused", by: "certwright", why });
          return { kind: "paused", stuck: command.stuck, run };
        }
      }
      if (run.stage.kind !== "open") continue;
      if (inFlight.size === 0 && until !== undefined) listen({ kind: "waiting", until, run });
      await rest(until);
    }
  } catch (error) {
    trouble ??= { error };
    while (inFlight.size > 0) await bell.heard();
    if (isFailure(error, "journal.overtaken")) return { kind: "fenced", run };
    throw error;
  } finally {
    ports.control.hurry?.removeEventListener("abort", ring);
  }
};

const endOf = (run: Run, fenced: boolean): DriveEnd => {
  if (fenced) return { kind: "fenced", run };
  return run.stage.kind === "halted" ? { kind: "halted", run } : { kind: "closed", run };
};

/** What is written before anything is done: that the run is opened or goes on, and what the operator says to it. */
const opening = (run: Run, order: DriveOrder): readonly RunEvent[] => {
  const { by } = order;
  const events: RunEvent[] = [
    run.stage.kind === "unopened"
      ? { kind: "run.opened", run: order.run, plan: order.plan.digest, by }
      : { kind: "run.resumed", by },
  ];
  for (const step of order.approve) {
    if (!run.approved.has(step) && mayApprove(run, step)) {
      events.push({ kind: "step.approved", step, by });
    }
  }
  for (const id of order.acceptBlind) {
    if (!run.accepted.has(id)) events.push({ kind: "blind.accepted", id, by });
  }
  if (order.rollback !== undefined && run.direction === "forward") {
    events.push({ kind: "rollback.begun", by, why: order.rollback });
  }
  return events;
};
