import type { Proof } from "../../core/model/claim.ts";
import type { Effect, Step } from "../../core/model/plan.ts";
import { claimWords } from "../../core/run/claim-words.ts";

// Short words for what a run does.

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

/** The first of the claims that do not hold, with what was seen, and how many more there are. */
export const unmetWords = (unmet: readonly Proof[]): string => {
  const [first] = unmet;
  if (first === undefined) return "";
  const seen = first.evidence === "" ? "" : ` (${first.evidence})`;
  const more = unmet.length === 1 ? "" : ` and ${unmet.length - 1} more`;
  return `${claimWords(first.claim)}${seen}${more}`;
};
