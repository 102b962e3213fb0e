import type { Claim } from "../../model/claim.ts";
import type { Step } from "../../model/plan.ts";
import type { Ground } from "../ground.ts";
import { expected, step } from "./step.ts";

/**
 * First step of a phase that hurts whoever was not seen: proves afresh what the phase rests on, and, while there are
 * blind spots, has an operator say that nobody is in them.
 */
export const gate = (
  { blind }: Pick<Ground, "blind">,
  id: string,
  titles: { readonly seen: string; readonly unseen: string },
  proves: readonly Claim[],
): Step =>
  step({
    id,
    title: blind.length === 0 ? titles.seen : titles.unseen,
    proves,
    approval: blind.length > 0,
    expected: expected.prove,
    risk:
      blind.length === 0
        ? undefined
        : `who is in a blind spot (${blind.map((spot) => spot.id).join(", ")}) and was left out is cut off by what follows`,
  });
