import type { Claim } from "../../model/claim.ts";
import type { Step, StepId } from "../../model/plan.ts";
import type { Survey } from "../survey.ts";
import type { Change } from "../work.ts";
import type { Care } from "./read-again.ts";
import { expectBefore, rollOut, rollOutStopped } from "./roll-out.ts";

interface ProvedChange extends Change {
  /** What shows that the new content is in use, and what shows that the former one is again. */
  readonly inUse: readonly Claim[];
  readonly inUseBefore: readonly Claim[];
}

interface Ways {
  readonly after?: readonly StepId[];
  /** "stopped": keys change. */
  readonly during?: "running" | "stopped";
  readonly outage?: boolean;
}

/** A phase's writes and restarts, and those that take them back from wherever they were left. */
export const bothWays = (
  survey: Survey,
  phase: string,
  changes: readonly ProvedChange[],
  { after = [], during = "running", outage = false }: Ways = {},
): { readonly forward: Step[]; readonly undo: Step[] } => {
  const roll = during === "running" ? rollOut : rollOutStopped;
  const care = (calm: Care): Care => (outage ? "nobody" : calm);
  return {
    forward: roll(survey, {
      prefix: phase,
      care: care("all"),
      after,
      writes: changes.map(({ slot, content, before, inUse }) => ({
        slot: slot.id,
        of: slot,
        content,
        expect: expectBefore(slot, before),
        inUse,
      })),
    }),
    undo: roll(survey, {
      prefix: `undo.${phase}`,
      care: care("others"),
      after: [],
      writes: changes.map(({ slot, content, before, inUseBefore }) => ({
        slot: slot.id,
        of: slot,
        content: before,
        expect: [{ kind: "content", content }, ...expectBefore(slot, before)],
        inUse: inUseBefore,
      })),
    }),
  };
};
