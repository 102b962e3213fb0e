import type { Proof } from "../../src/core/model/claim.ts";
import type { Performed, World } from "../../src/ports/world.ts";
import { checkIntent, checkRedo } from "../checks/effect.ts";
import type { Rules } from "../rules.ts";
import {
  type EngineProcess,
  type Simulation,
  countCall,
  delay,
  deliver,
  violate,
} from "../simulation.ts";
import { backupOf, carryOut, isReached } from "../world/effects.ts";
import { judgeClaim } from "../world/judge-claim.ts";

/** How long the real world waits for an answer before it calls an effect's outcome unknown. */
const answerDeadline = 30_000;

/** The engine's eyes and hands in the simulated world, for one process. */
export const createWorld = (
  simulation: Simulation,
  process: EngineProcess,
  rules: Rules,
): World => ({
  observe: (claims) => {
    countCall(simulation);
    const blind = simulation.book.look();
    return new Promise((resolve) => {
      // What was seen is a little old when it arrives.
      simulation.schedule.after(delay(simulation), () => {
        const { estate, schedule } = simulation;
        process.lookedAt = schedule.now();
        const vantage = {
          estate,
          now: schedule.now(),
          backup: backupOf(simulation),
          reach: (node: string | undefined) => isReached(simulation, node),
        };
        const observedAt = estate.clock.now();
        const proofs = claims.map((claim): Proof =>
          blind
            ? { claim, verdict: "unknowable", method: "none", observedAt, evidence: "timed out" }
            : { claim, ...judgeClaim(vantage, claim), observedAt },
        );
        if (claims.length > 0)
          process.shown.set(
            claims,
            proofs.every(({ verdict }) => verdict === "holds"),
          );
        simulation.history.record(
          process.name,
          "observe",
          `${claims.length} claims: ${unmet(proofs)}`,
        );
        deliver(simulation, process, delay(simulation), () => resolve(proofs));
      });
    });
  },

  perform: (effect, attempt) => {
    countCall(simulation);
    const fault = simulation.book.effect();
    const { history, schedule } = simulation;
    const lookedAt = process.lookedBefore.get(attempt.step) ?? process.lookedAt;
    // One that was overtaken while it slept does not know better; the world refuses it.
    if (attempt.epoch >= simulation.epoch) checkIntent(simulation, attempt);
    history.record(process.name, "perform", `${attempt.step} (${attempt.number})`);
    return new Promise((resolve) => {
      let answered = false;
      const answer = (performed: Performed): void => {
        if (answered) return;
        answered = true;
        history.record(process.name, "answer", `${attempt.step}: ${wordsOf(performed)}`);
        deliver(simulation, process, delay(simulation), () => resolve(performed));
      };
      schedule.after(answerDeadline + longestOf(effect), () =>
        answer({
          kind: "unknown",
          failure: { code: "simulated.silence", message: "no answer in time", retry: "later" },
        }),
      );
      if (fault !== undefined) history.record("fault", `effect ${fault}`, attempt.step);
      if (fault === "lost") return;
      if (fault === "refused") {
        answer({
          kind: "refused",
          failure: { code: "simulated.refused", message: "No space left", retry: "later" },
        });
        return;
      }
      schedule.after(delay(simulation), () => {
        // The process died while the message was on its way: it may not have left.
        if (!process.alive && simulation.chance.happens(0.5)) return;
        if (attempt.epoch < simulation.epoch && !rules.ignoresEpochs) {
          answer({
            kind: "refused",
            failure: { code: "simulated.fenced", message: "a later process acts", retry: "never" },
          });
          return;
        }
        if (attempt.epoch < simulation.epoch)
          violate(
            simulation,
            "one-epoch-acts",
            `${attempt.step} by epoch ${attempt.epoch} after ${simulation.epoch} has begun`,
          );
        simulation.epoch = attempt.epoch;
        checkRedo(simulation, process, attempt);
        const direction = simulation.view.back ? "back" : "forward";
        const sending = { half: fault === "half", lookedAt, rules, direction } as const;
        carryOut(simulation, effect, sending, (performed) => {
          if (fault !== "answer-lost") answer(performed);
        });
      });
    });
  },
});

const longestOf = (effect: { readonly kind: string; readonly milliseconds?: number }): number =>
  effect.kind === "consumer.restart" ? 90_000 : (effect.milliseconds ?? 0);

const unmet = (proofs: readonly Proof[]): string => {
  const open = proofs.filter(({ verdict }) => verdict !== "holds");
  if (open.length === 0) return "all hold";
  const [first] = open;
  return `${open.length} do not, ${first?.claim.kind} ${first?.verdict}: ${first?.evidence}`;
};

const wordsOf = (performed: Performed): string =>
  performed.kind === "done" ? "done" : `${performed.kind}, ${performed.failure.message}`;
