import type { Claim, Proof } from "../../core/model/claim.ts";
import type { ConsumerId, SlotId } from "../../core/model/inventory.ts";
import type { Outcome } from "../../core/model/journal.ts";
import type { Effect, Step } from "../../core/model/plan.ts";
import type { RunLimits } from "../../core/run/limits.ts";
import { isDoubtful, stateOf, type Run } from "../../core/run/run.ts";
import { notProved, requirementUnmet } from "../../core/run/step-failure.ts";
import { awaited, vouched } from "../../core/run/vouch.ts";
import type { Clock } from "../../ports/clock.ts";
import type { Control } from "../../ports/control.ts";
import type { HeldLease } from "../../ports/lease.ts";
import type { Timer } from "../../ports/timer.ts";
import type { Attempt, World } from "../../ports/world.ts";
import type { RunRecord } from "./record.ts";

/** What a step is doing at the moment, for whoever watches. */
export type Activity =
  | { readonly kind: "looking" }
  /** `awaited`: what the effect waits for, in words, where it tells. */
  | { readonly kind: "acting"; readonly attempt: number; readonly awaited?: string }
  /** `unmet`: claims that do not hold yet. */
  | { readonly kind: "proving"; readonly unmet: readonly Proof[] };

export interface StepPorts {
  readonly world: World;
  readonly lease: HeldLease;
  readonly clock: Clock;
  readonly timer: Timer;
  readonly control: Pick<Control, "hurry">;
}

/** "fenced": another process holds the estate; nothing more is done or written. */
export type StepEnd = "settled" | "left" | "fenced";

/**
 * Carries out one step once: looks whether it is done already, whether it may be done, sends its effect, and looks
 * until it is proved. Every way out but "left" and "fenced" is in the journal. Throws journal.*.
 */
export const carryOut = async (
  step: Step,
  record: RunRecord,
  ports: StepPorts,
  limits: RunLimits,
  tell: (activity: Activity) => void,
): Promise<StepEnd> => {
  const { run } = record;
  const before = stateOf(run, step.id);
  const doubt = isDoubtful(before);
  // A halt or pause since: nothing more is begun. What this step found is found again by whoever goes on.
  const stopped = (): boolean => run.stage.kind !== "open";
  const settle = async (outcome: Outcome): Promise<StepEnd> => {
    const written = await record.append({ kind: "step.settled", step: step.id, outcome }, () =>
      stateOf(run, step.id).kind === "intended" ? false : stopped(),
    );
    return written ? "settled" : "left";
  };

  tell({ kind: "looking" });
  const { found, required } = await lookAround(step, withWords(ports, run), limits, doubt, tell);
  if (found.holds) return await settle({ kind: "done", effect: doubt, proofs: found.proofs });

  const unmet = required.filter(({ verdict }) => verdict !== "holds");
  const drift = unmet.filter(({ claim, verdict }) => claim.kind === "holds" && verdict === "fails");
  if (drift.length > 0) {
    await record.append({ kind: "drift.found", step: step.id, proofs: drift }, stopped);
    return "left";
  }
  if (unmet.length > 0) {
    return await settle({ kind: "refused", failure: requirementUnmet(step, unmet) });
  }

  if (step.effect.kind !== "none") {
    if (!(await ports.lease.isHeld())) return "fenced";
    const attempt: Attempt = {
      run: run.id,
      step: step.id,
      number: before.attempt + 1,
      epoch: ports.lease.epoch,
    };
    const event = { kind: "step.intended", step: step.id, attempt: attempt.number } as const;
    if (!(await record.append(event, stopped))) return "left";
    // Asked again: while the intent was written, somebody may have taken the estate over.
    if (!(await ports.lease.isHeld())) return "fenced";
    tell({ kind: "acting", attempt: attempt.number });
    const { hurry } = ports.control;
    const performed = await ports.world.perform(writingOver(run, step.effect), attempt, {
      tell: (words) => tell({ kind: "acting", attempt: attempt.number, awaited: words }),
      ...(hurry === undefined ? {} : { hurry }),
      patience: limits.patience,
    });
    if (performed.kind !== "done") return await settle(performed);
  }

  // Looking again would not bring what somebody has to say, or what takes a day.
  const missing = step.effect.kind === "none" ? notProved(step, 0, found.unmet) : undefined;
  if (missing !== undefined && awaited(missing) !== undefined) {
    return await settle({ kind: "refused", failure: missing });
  }
  const proving =
    step.effect.kind === "none"
      ? limits.settling
      : Math.min(
          Math.max(limits.shortestProving, limits.provingFactor * step.expected),
          // Who said that he will not wait for long is not kept waiting by a member that is away.
          Math.max(limits.doubt, limits.patience),
        );
  // Nothing is under way at a barrier, so what held a moment ago is not looked at again: of a hundred and fifty claims one
  // that a busy machine answered too late would have all of them asked once more, which keeps it busy.
  const known = step.effect.kind === "none" ? found.proofs : undefined;
  const shown = await lookUntil(step.proves, proving, withWords(ports, run), limits, tell, known);
  if (shown.holds) {
    return await settle({
      kind: "done",
      effect: step.effect.kind !== "none",
      proofs: shown.proofs,
    });
  }
  const failure = notProved(step, shown.took, shown.unmet);
  return await settle(
    step.effect.kind === "none" ? { kind: "refused", failure } : { kind: "unknown", failure },
  );
};

/** Where somebody has said so, whatever stands there may go. */
const writingOver = (run: Run, effect: Effect): Effect => {
  if (effect.kind !== "slots.write" || run.overwrite.size === 0) return effect;
  const writes = effect.writes.map((one) =>
    run.overwrite.has(one.slot) ? Object.assign({}, one, { expect: [{ kind: "anything" }] }) : one,
  );
  return { ...effect, writes };
};

/** A world in which what somebody vouched for holds. */
const withWords = (ports: StepPorts, run: Run): StepPorts =>
  run.acknowledged.size === 0
    ? ports
    : {
        ...ports,
        world: {
          ...ports.world,
          observe: async (claims) =>
            (await ports.world.observe(claims)).map((proof) => vouched(run, proof)),
        },
      };

interface Looked {
  readonly holds: boolean;
  readonly proofs: readonly Proof[];
  readonly unmet: readonly Proof[];
  /** Milliseconds. */
  readonly took: number;
}

/**
 * Whether the step is done already, and whether what it requires holds. Both are looked at together: of a step that has
 * yet to be done, which nearly all have, each look at the world costs as much as its slowest observation. So what tells
 * soonest that it has not been done is looked at first, and the rest of what it proves only where that does not.
 */
const lookAround = async (
  step: Step,
  ports: StepPorts,
  limits: RunLimits,
  doubt: boolean,
  tell: (activity: Activity) => void,
): Promise<{ readonly found: Looked; readonly required: readonly Proof[] }> => {
  const requires = requirements(step, doubt);
  // What was restarted a moment ago comes up by itself; restarting it once more would only lengthen its absence.
  if (doubt && step.hazard === "disruptive" && step.proves.length > 0) {
    const found = await lookUntil(step.proves, limits.doubt, ports, limits, tell);
    return { found, required: found.holds ? [] : await ports.world.observe(requires) };
  }
  const telling = step.effect.kind === "none" ? [] : step.proves.filter(tells);
  if (telling.length > 0) {
    const seen = await ports.world.observe([...telling, ...requires]);
    const unmet = seen.slice(0, telling.length).filter(({ verdict }) => verdict === "fails");
    if (unmet.length > 0) {
      const found = { holds: false, proofs: unmet, unmet, took: 0 };
      return { found, required: seen.slice(telling.length) };
    }
  }
  const seen = await ports.world.observe([...step.proves, ...requires]);
  const proofs = seen.slice(0, step.proves.length);
  const unmet = proofs.filter(({ verdict }) => verdict !== "holds");
  // A step without proofs is never done already: nobody could tell.
  const holds = unmet.length === 0 && (proofs.length > 0 || step.effect.kind === "none");
  return { found: { holds, proofs, unmet, took: 0 }, required: seen.slice(step.proves.length) };
};

/**
 * Whether a restart that has not been done fails it, and it costs no handshake. A restart's other claims ask ports, which
 * takes half a second to two before each of forty restarts.
 */
const tells = ({ kind }: Claim): boolean => kind === "restarted" || kind === "flags";

/**
 * Looks at the claims until all hold, or for so many milliseconds, fewer when somebody hurries; once at least. `known`: what was seen of them just now,
 * of which only what does not hold is looked at again.
 */
const lookUntil = async (
  claims: readonly Claim[],
  milliseconds: number,
  { world, clock, timer, control: { hurry } }: StepPorts,
  limits: RunLimits,
  tell: (activity: Activity) => void,
  known?: readonly Proof[],
): Promise<Looked> => {
  const start = clock.now();
  let slept = 0;
  let proofs = known ?? (await world.observe(claims));
  for (let pause = limits.firstLook; ; pause = Math.min(limits.longestLook, pause * 2)) {
    const unmet = proofs.filter(({ verdict }) => verdict !== "holds");
    // Clocks are set back: what was certainly slept counts as well.
    const took = Math.max(slept, clock.now() - start);
    if (unmet.length === 0) return { holds: true, proofs, unmet, took };
    // What is as good as done is seen to be; of anything else whoever goes on looks again.
    const patience = hurry?.aborted === true ? Math.min(milliseconds, limits.doubt) : milliseconds;
    if (took >= patience) return { holds: false, proofs, unmet, took };
    tell({ kind: "proving", unmet });
    await timer.sleep(pause);
    slept += pause;
    if (known === undefined) proofs = await world.observe(claims);
    else {
      const again = (await world.observe(unmet.map(({ claim }) => claim))).values();
      proofs = proofs.map((one) => (one.verdict === "holds" ? one : again.next().value!));
    }
  }
};

/**
 * What has to hold before the effect leaves. In doubt, the effect may have happened or been cut short: what it changes
 * itself proves nothing then (its compare-and-swap judges that), and the member it restarts may be the one that is away.
 */
const requirements = (step: Step, doubt: boolean): readonly Claim[] => {
  if (!doubt) return step.requires;
  const own = ownOf(step.effect);
  return step.requires.flatMap((claim): readonly Claim[] => {
    if (claim.kind === "holds" && own.slots.includes(claim.slot)) return [];
    if (claim.kind === "healthy" && own.consumer !== undefined && claim.besides === undefined) {
      return [{ ...claim, besides: own.consumer }];
    }
    return [claim];
  });
};

const ownOf = (
  effect: Effect,
): { readonly slots: readonly SlotId[]; readonly consumer?: ConsumerId } => {
  if (effect.kind === "consumer.restart") return { slots: [], consumer: effect.consumer };
  if (effect.kind !== "slots.write") return { slots: [] };
  const slots = effect.writes.map(({ slot }) => slot);
  return effect.during === "stopped" ? { slots, consumer: effect.consumer } : { slots };
};
