import { digestOf } from "../inventory/digest-of.ts";
import type { Digests } from "../model/cryptography.ts";
import type { Digest } from "../model/inventory.ts";
import type { Phase, Plan, Step } from "../model/plan.ts";
import { canonicalJson } from "../text/canonical-json.ts";

/** Characters of steps that are hashed at once: few calls, and the text of a large plan (40 MB) is never whole in memory. */
const atOnce = 65_536;

const digestsOf = (steps: readonly Step[], digests: Digests): readonly string[] => {
  const found: string[] = [];
  let text = "";
  for (const step of steps) {
    // No canonical text has a line end, so that none can begin where another does.
    text += `${canonicalJson(step)}\n`;
    if (text.length < atOnce) continue;
    found.push(digests.sha256HexOfText(text));
    text = "";
  }
  return [...found, digests.sha256HexOfText(text)];
};

/** Over the phases without their steps, and over those step by step. */
const digestOfPlan = ({ phases, ...rest }: Omit<Plan, "digest">, digests: Digests): Digest => {
  const sealed = ({ steps, rollback, ...phase }: Phase) => ({
    phase,
    steps: digestsOf(steps, digests),
    rollback: digestsOf(rollback, digests),
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
