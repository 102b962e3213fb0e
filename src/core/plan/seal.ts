import { digestOf } from "../inventory/digest-of.ts";
import type { Digests } from "../model/cryptography.ts";
import type { Digest } from "../model/inventory.ts";
import type { Phase, Plan } from "../model/plan.ts";

/**
 * Step by step, then over the steps' digests: the text of a large plan is never whole in memory (44 MB for 1,000
 * nodes).
 */
const digestOfPlan = ({ phases, ...rest }: Omit<Plan, "digest">, digests: Digests): Digest => {
  const sealed = ({ steps, rollback, ...phase }: Phase) => ({
    phase,
    steps: steps.map((one) => digestOf(one, digests)),
    rollback: rollback.map((one) => digestOf(one, digests)),
  });
  return digestOf({ ...rest, phases: phases.map(sealed) }, digests);
};

/** The plan with the digest that apply, the journal and the report know it by. */
export const sealPlan = (content: Omit<Plan, "digest">, digests: Digests): Plan => ({
  ...content,
  digest: digestOfPlan(content, digests),
});

/** Whether nobody has changed it since it was made. */
export const isSealed = (plan: Plan, digests: Digests): boolean => {
  const { digest, ...content } = plan;
  return digest === digestOfPlan(content, digests);
};
