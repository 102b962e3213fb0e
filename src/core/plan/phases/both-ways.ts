import type { Claim, Content } from "../../model/claim.ts";
import type { Expected, Step, StepId } from "../../model/plan.ts";
import type { Slot } from "../../model/inventory.ts";
import { bundleIn, issuingGeneration, slotsBeside, type Survey } from "../survey.ts";
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
  /** What every write of the way back waits for. */
  readonly undoAfter?: readonly StepId[];
  /** "stopped": keys change. */
  readonly during?: "running" | "stopped";
  readonly outage?: boolean;
  /** For these nobody is restarted on the way forward; whoever happens to be started meanwhile is on the way back. */
  readonly still?: (slot: Slot) => boolean;
  /** On the way forward pods need not read again: what they have read is what they need, and more. */
  readonly podsStay?: boolean;
}

/** A phase's writes and restarts, and those that take them back from wherever they were left. */
export const bothWays = (
  survey: Survey,
  phase: string,
  changes: readonly ProvedChange[],
  {
    after = [],
    undoAfter = [],
    during = "running",
    outage = false,
    still = () => false,
    podsStay = false,
  }: Ways = {},
): { readonly forward: readonly Step[]; readonly undo: readonly Step[] } => {
  const roll = during === "running" ? rollOut : rollOutStopped;
  const care = (calm: Care): Care => (outage ? "nobody" : calm);
  return {
    forward: roll(survey, {
      prefix: phase,
      care: care("all"),
      after,
      still,
      podsStay,
      writes: changes.map(({ slot, content, before, inUse }) => ({
        slot: slot.id,
        of: slot,
        content,
        expect: [
          ...expectBefore(slot, before),
          ...meanwhile(survey, slot, content),
          ...published(survey, slot, content),
        ],
        inUse,
      })),
    }),
    undo: roll(survey, {
      prefix: `undo.${phase}`,
      care: care("others"),
      after: undoAfter,
      writes: changes.map(({ slot, content, before, inUseBefore }) => ({
        slot: slot.id,
        of: slot,
        content: before,
        expect: [
          { kind: "content", content },
          ...expectBefore(slot, before),
          ...meanwhile(survey, slot, before),
          ...published(survey, slot, content),
        ],
        inUse: inUseBefore,
      })),
    }),
  };
};

/** What others may have written there by then: another reader's step, a publisher, or a kubelet that renewed its leaf. */
const meanwhile = (survey: Survey, slot: Slot, content: Content): readonly Expected[] => {
  if (slot.place.form?.kind === "kubelet-pem" && content.kind === "leaf") {
    const { number } = issuingGeneration(survey.issuers.get(slot.issuer)!)!;
    const own: Content = { kind: "leaf", issuer: slot.issuer, generation: number, key: "same" };
    return [{ kind: "content", content: own }];
  }
  if (slot.source === undefined && slotsBeside(survey, slot).length < 2) return [];
  return content.kind === "before" ? [] : [{ kind: "content", content }];
};

/** API servers add what they trust to what is there already, each by itself and in any order. */
const published = (survey: Survey, slot: Slot, content: Content): readonly Expected[] => {
  if (slot.source === undefined || content.kind !== "bundle") return [];
  const { generations, others } = bundleIn(survey, slot);
  const both = [...new Set([...generations, ...content.generations])];
  return [{ kind: "content", content: { ...content, generations: both, others } }];
};
