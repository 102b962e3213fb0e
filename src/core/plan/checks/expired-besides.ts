import { formatInstant } from "../../x509/time.ts";
import type { PlanFinding } from "../finding.ts";
import { lastsUntil, type Ground } from "../ground.ts";

/**
 * A member's leaf that has expired keeps its group from being whole, and every plan waits for that. Where the leaf is of
 * an issuer that the plan is not about, nobody would renew it: the run would wait for ever.
 */
export const checkExpiredBesides = ({
  survey,
  slots,
  groups,
  now,
}: Ground): readonly PlanFinding[] => {
  const concerned = new Set(slots.map(({ id }) => id));
  return groups
    .flatMap((group) => survey.membersOf.get(group)!)
    .flatMap(({ id }) => survey.slotsOf.get(id) ?? [])
    .filter(
      (slot) =>
        slot.role === "presents" && !concerned.has(slot.id) && lastsUntil(survey, slot) <= now,
    )
    .map((slot) => ({
      rule: "leaf-expired",
      subject: slot.id,
      text: `what ${slot.id} shows has expired, and this plan is not about ${slot.issuer}: ${survey.consumers.get(slot.consumer)!.group} would not be whole`,
      evidence: [`${slot.place.path}: valid until ${formatInstant(lastsUntil(survey, slot))}`],
      cure: `renew it first, or all together when several have expired: certwright plan renew ${slot.id}; certwright plan renew --all`,
    }));
};
