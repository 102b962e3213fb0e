import { failure, type CertwrightError } from "../errors/certwright-error.ts";
import type { Proof } from "../model/claim.ts";
import type { StepFailure } from "../model/journal.ts";
import type { Step } from "../model/plan.ts";
import { claimWords } from "./claim-words.ts";

/** An error as the journal keeps it. */
export const stepFailure = (
  { code, message, hint, retry }: CertwrightError,
  proofs?: readonly Proof[],
): StepFailure => ({
  code,
  message,
  retry,
  ...(hint === undefined ? {} : { hint }),
  ...(proofs === undefined ? {} : { proofs }),
});

/** "etcd-2/etcd follows another leader: no (it is the leader itself)". */
const unmetWords = ({ claim, verdict, evidence }: Proof): string =>
  `${verdict === "fails" ? "not so" : "cannot be told"}: ${claimWords(claim)}${evidence === "" ? "" : ` (${evidence})`}`;

export const requirementUnmet = (step: Step, unmet: readonly Proof[]): StepFailure =>
  stepFailure(
    failure("run.requirement-unmet", { step: step.id, unmet: unmet.map(unmetWords) }),
    unmet,
  );

/** `milliseconds`: how long its proofs were looked at. */
export const notProved = (step: Step, milliseconds: number, unmet: readonly Proof[]): StepFailure =>
  stepFailure(
    failure("run.not-proved", {
      step: step.id,
      seconds: Math.round(milliseconds / 1000),
      unmet: unmet.map(unmetWords),
      // An effect is tried again; what only looks restarts nobody.
      stale: step.effect.kind === "none" ? unmet.flatMap(staleIn) : [],
    }),
    unmet,
  );

/** Who has not read again what it reads at its start. */
const staleIn = ({ claim, verdict }: Proof): readonly string[] =>
  claim.kind === "restarted" && verdict === "fails" ? [claim.consumer] : [];
