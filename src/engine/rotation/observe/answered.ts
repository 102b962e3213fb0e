import type { Claim } from "../../../core/model/claim.ts";
import { some } from "../../../core/text/some.ts";
import { unansweredIn } from "../asked-leaves.ts";
import type { Look } from "../look.ts";
import { fails, holds, type Seen } from "./seen.ts";

export const observeAnswered = async (
  look: Look,
  claim: Extract<Claim, { kind: "answered" }>,
): Promise<Seen> => {
  const { generations } = await look.issuer(claim.issuer);
  // Before the first look at anything else: what is not known yet has no answers.
  if (!generations.some(({ number }) => number === claim.generation)) {
    return fails("store", `generation ${claim.generation} of ${claim.issuer} does not exist`);
  }
  const missing = await unansweredIn(look, claim);
  return missing.length === 0
    ? holds("store", `${claim.leaves.length} leaves are there, or at hand`)
    : fails("store", `not signed yet: ${some(missing)}`);
};
