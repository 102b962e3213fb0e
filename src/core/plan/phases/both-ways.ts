import type { Claim } from "../../model/claim.ts";
import type { Step, StepId } from "../../model/plan.ts";
import type { Survey } from "../survey.ts";
import type { Change } from "../work.ts";
import { expectBefore, rollOut } from "./roll-out.ts";

interface ProvedChange extends Change {
  /** What shows that the new content is in use, and what shows that the former one is again. */
  readonly inUse: readonly Claim[];
  readonly inUseBefore: readonly Claim[];
}

/** A phase's writes and restarts, and those that take them back from wherever they were left. */
export const bothWays = (
  survey: Survey,
  phase: string,
  changes: readonly ProvedChange[],
  after: readonly StepId[] = [],
): { readonly forward: Step[]; readonly undo: Step[] } => ({
  forward: rollOut(survey, {
    prefix: phase,
    direction: "forward",
    after,
    writes: changes.map(({ slot, content, before, inUse }) => ({
      slot: slot.id,
      of: slot,
      content,
      expect: expectBefore(slot, before),
      inUse,
    })),
  }),
  undo: rollOut(survey, {
    prefix: `undo.${phase}`,
    direction: "undo",
    after: [],
    writes: changes.map(({ slot, content, before, inUseBefore }) => ({
      slot: slot.id,
      of: slot,
      content: before,
      expect: [{ kind: "content", content }, ...expectBefore(slot, before)],
      inUse: inUseBefore,
    })),
  }),
});
