import type { Claim, Proof } from "../model/claim.ts";
import type { StepFailure } from "../model/journal.ts";
import type { Step } from "../model/plan.ts";
import { formatInstant } from "../x509/time.ts";
import { currentList, isDone, type Run } from "./run.ts";

// Claims about things that are not ours to see: an operator may vouch for them, each by its name, and the journal has it.

/** The name by which somebody may vouch for it; undefined: nobody's word stands for a proof. */
export const vouchName = (claim: Claim): string | undefined => {
  switch (claim.kind) {
    case "informed":
      return `${claim.holder}:${claim.as}`;
    case "unused":
      return `soak:${claim.issuer}`;
    default:
      return undefined;
  }
};

/** The word that people type for it: a holder's own, whatever it is asked for. */
export const vouchWord = (claim: Claim): string | undefined =>
  claim.kind === "informed" ? claim.holder : vouchName(claim);

export interface Asked {
  readonly claim: Claim;
  /** As `vouchName` and `vouchWord` have it. */
  readonly name: string;
  readonly word: string;
}

/** What somebody may vouch for now: of the phase that is carried out, what is not done. */
export const askedFor = (run: Run): readonly Asked[] =>
  (currentList(run)?.steps ?? []).flatMap((step) => (isDone(run, step.id) ? [] : askedIn(step)));

/** What somebody may vouch for in that step. */
export const askedIn = ({ proves }: Step): readonly Asked[] =>
  proves.flatMap((claim) => {
    const [name, word] = [vouchName(claim), vouchWord(claim)];
    return name === undefined || word === undefined ? [] : [{ claim, name, word }];
  });

/** What was seen of a claim, or, where it is not seen to hold, the word of whoever vouches for it. */
export const vouched = (run: Run, proof: Proof): Proof => {
  if (proof.verdict === "holds") return proof;
  const name = vouchName(proof.claim);
  const word = name === undefined ? undefined : run.acknowledged.get(name);
  if (word === undefined) return proof;
  const { claim, observedAt } = proof;
  const seen = proof.evidence === "" ? "" : `; what was seen: ${proof.evidence}`;
  return {
    claim,
    verdict: "holds",
    method: "word",
    observedAt,
    evidence: `${word.by} vouched for it on ${formatInstant(word.at)}: ${word.note}${seen}`,
  };
};

/** The proofs that a failed step lacks, when a word or time is all that it lacks; undefined when anything else is missing, too. */
export const awaited = ({ proofs = [] }: StepFailure): readonly Proof[] | undefined =>
  proofs.length > 0 && proofs.every(({ claim }) => vouchName(claim) !== undefined)
    ? proofs
    : undefined;
