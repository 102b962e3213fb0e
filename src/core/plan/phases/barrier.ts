import type { Claim } from "../../model/claim.ts";
import type { Step } from "../../model/plan.ts";
import { expected, lastOf, step } from "./step.ts";

/** A step that is nothing but proofs, after all others of the list: what comes next rests on them. */
export const barrier = (
  id: string,
  title: string,
  steps: readonly Step[],
  proves: readonly Claim[],
): Step => step({ id, title, needs: lastOf(steps), proves, expected: expected.prove });

export const healthy = (groups: readonly string[]): readonly Claim[] =>
  groups.map((group) => ({ kind: "healthy", group }));

export const sameData = (groups: readonly string[]): readonly Claim[] =>
  groups.map((group) => ({ kind: "same-data", group }));

/** What a barrier says of groups, some of which hold data. */
export const wholeWords = (stores: readonly string[]): string =>
  stores.length === 0 ? "Every member answers" : "Every member answers, and all hold the same data";
