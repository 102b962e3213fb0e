import type { Proof } from "../../core/model/claim.ts";
import type { Effect, Goal, Step } from "../../core/model/plan.ts";
import { claimWords } from "../../core/run/claim-words.ts";

// Short words for what a run does.

export const goalWords = (goal: Goal): string => {
  switch (goal.kind) {
    case "rotate":
      return `rotate ${goal.issuers.join(", ")} (${goal.protocol})`;
    case "renew":
      return `renew ${goal.slots.length} certificate${goal.slots.length === 1 ? "" : "s"}`;
    case "replace-key":
      return `replace the key of ${goal.issuer}`;
    case "drop-trust":
      return `drop generation ${goal.generation} of ${goal.issuer}`;
  }
};

/** What a step does to its consumer, as one word or two. */
export const effectWords = (effect: Effect): string => {
  switch (effect.kind) {
    case "none":
      return "prove";
    case "backup.create":
      return "back up";
    case "generation.create":
      return "create generation";
    case "generation.cross-sign":
      return "cross-sign";
    case "generation.stage":
      return effect.stage;
    case "slots.write":
      return effect.during === "stopped" ? "stop, write, start" : "write";
    case "consumer.restart":
      return "restart";
    case "leadership.move":
      return "move leadership";
    case "wait":
      return "wait";
  }
};

/** Whom a step concerns: a consumer, an issuer, or nobody in particular. */
export const subjectOf = ({ effect }: Step): string => {
  if ("consumer" in effect) return effect.consumer;
  if ("issuer" in effect) return effect.issuer;
  return "";
};

/** "9 s", "1 min 12 s", "2 h 3 min". */
export const spanWords = (milliseconds: number): string => {
  const seconds = Math.max(0, Math.floor(milliseconds / 1000));
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ${seconds % 60} s`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
};

/** The first of the claims that do not hold, with what was seen, and how many more there are. */
export const unmetWords = (unmet: readonly Proof[]): string => {
  const [first] = unmet;
  if (first === undefined) return "";
  const seen = first.evidence === "" ? "" : ` (${first.evidence})`;
  const more = unmet.length === 1 ? "" : ` and ${unmet.length - 1} more`;
  return `${claimWords(first.claim)}${seen}${more}`;
};
