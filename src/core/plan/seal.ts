import { digestOf } from "../inventory/digest-of.ts";
import type { Digests } from "../model/cryptography.ts";
import type { Plan } from "../model/plan.ts";

/** The plan with the digest that apply, the journal and the report know it by. */
export const sealPlan = (content: Omit<Plan, "digest">, digests: Digests): Plan => ({
  ...content,
  digest: digestOf(content, digests),
});

/** Whether nobody has changed it since it was made. */
export const isSealed = (plan: Plan, digests: Digests): boolean => {
  const { digest, ...content } = plan;
  return digest === digestOf(content, digests);
};
