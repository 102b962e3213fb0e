import type { Claim, Content } from "../../model/claim.ts";
import type { Slot } from "../../model/inventory.ts";
import type { Phase, Step, StepId } from "../../model/plan.ts";
import type { Ground } from "../ground.ts";
import { issuingGeneration, type Survey } from "../survey.ts";
import { takenAwayBy } from "../taken-away.ts";
import { barrier, healthy, sameData, wholeWords } from "./barrier.ts";
import { bothWays } from "./both-ways.ts";
import { inUse } from "./proofs.ts";
import { readAgain } from "./read-again.ts";
import { lastOf } from "./step.ts";
import { inTurn } from "./turns.ts";

/** What a leaf that does not last is replaced by. */
export const leafOfCurrent = (survey: Survey, { issuer, holds }: Slot): Content => ({
  kind: "leaf",
  issuer,
  generation: issuingGeneration(survey.issuers.get(issuer)!)!.number,
  key: "same",
  insteadOf: holds!.certificates[0]!,
});

/** A slot, and what it holds once it is mended. */
export interface Mended {
  readonly slot: Slot;
  readonly content: Content;
}

/**
 * Undefined when every leaf lasts, and everybody has loaded what lies there. `outdated`: what the cluster gives out of a
 * generation that nobody shows any more.
 */
export const heal = (ground: Ground, outdated: readonly Mended[] = []): Phase | undefined => {
  const { survey, groups, stores, healed, behind } = ground;
  if (healed.size === 0 && behind.length === 0 && outdated.length === 0) return undefined;
  const expired = ground.slots
    .filter(({ id }) => healed.has(id))
    .map((slot) => ({ slot, content: leafOfCurrent(survey, slot) }));
  const changes = [...expired, ...outdated].map(({ slot, content }) => ({
    slot,
    content,
    before: { kind: "before" } as const,
    inUse: inUse(slot, content, { accepted: [], refused: [] }),
    inUseBefore: [],
  }));
  const { forward } = bothWays(survey, "heal", changes);
  const steps = [...forward, ...catchUp(ground, forward)];
  const whole: readonly Claim[] = [...healthy(groups), ...sameData(stores)];
  return {
    id: "heal",
    title: "Mend what would not last",
    why: [
      "A member whose certificate has expired is away already, and one more restart would cost the quorum: the current generation signs the same names and key again. Whoever was started before its files changed is restarted, so that what it has loaded is what lies there.",
      ...(outdated.length === 0
        ? []
        : [
            "What the cluster gives out of a CA that was dropped is replaced by the one that signs.",
          ]),
    ].join(" "),
    steps: [...steps, barrier("heal.proved", wholeWords(stores), steps, whole)],
    // Bringing an expired leaf back would cut its member off again, and an outdated CA whoever believes it.
    rollback: [],
  };
};

/** Restarts of those that have not loaded what lies there, one after the other, once every leaf is in order. */
const catchUp = ({ survey, behind }: Ground, before: readonly Step[]): readonly Step[] => {
  const done = new Set(before.flatMap(({ effect }) => takenAwayBy(effect)));
  let needs: readonly StepId[] = lastOf(before);
  return inTurn(behind.filter(({ id }) => !done.has(id))).flatMap((consumer) => {
    const steps = readAgain(survey, {
      prefix: "heal",
      consumer,
      needs,
      requires: [],
      proves: [],
      care: "all",
    });
    needs = [steps.at(-1)!.id];
    return steps;
  });
};
