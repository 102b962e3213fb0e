import type { Phase } from "../../model/plan.ts";
import type { Work } from "../work.ts";
import { barrier, healthy, sameData } from "./barrier.ts";
import { bothWays } from "./both-ways.ts";
import { leafOfCurrent } from "./contents.ts";
import { inUse } from "./proofs.ts";

/** Undefined when every leaf lasts. */
export const heal = (work: Work): Phase | undefined => {
  if (work.healed.size === 0) return undefined;
  const changes = work.slots
    .filter(({ id }) => work.healed.has(id))
    .map((slot) => {
      const content = leafOfCurrent(work, slot);
      const proofs = inUse(slot, content, { accepted: [], refused: [] });
      return { slot, content, before: { kind: "before" } as const, inUse: proofs, inUseBefore: [] };
    });
  const { forward } = bothWays(work.survey, "heal", changes);
  const proved = barrier(
    "heal.proved",
    "Every member answers, and all hold the same data",
    forward,
    [...healthy(work.groups), ...sameData(work.groups)],
  );
  return {
    id: "heal",
    title: "Replace leaves that do not last",
    why: "A member whose certificate has expired is away already: one more restart would cost the quorum. The current generation signs the same names and key again.",
    steps: [...forward, proved],
    // Bringing an expired leaf back would cut its member off again.
    rollback: [],
  };
};
