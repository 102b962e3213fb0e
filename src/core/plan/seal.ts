import { digestOf, digestOfList } from "../inventory/digest-of.ts";
import type { Digests } from "../model/cryptography.ts";
import type { Digest } from "../model/inventory.ts";
import type { Phase, Plan } from "../model/plan.ts";

/** Over the phases without their steps, and over those step by step. */
const digestOfPlan = ({ phases, ...rest }: Omit<Plan, "digest">, digests: Digests): Digest => {
  const sealed = ({ steps, rollback, ...phase }: Phase) => ({
    phase,
    steps: digestOfList(steps, digests),
    rollback: digestOfList(rollback, digests),
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
