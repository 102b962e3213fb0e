import { formatInstant } from "../../x509/time.ts";
import type { PlanFinding } from "../finding.ts";
import type { Ground } from "../ground.ts";
import { issuingGeneration } from "../survey.ts";

/** Leaves that do not last can be signed again: the current generation has its key, and lasts itself. */
export const checkHealing = ({ survey, slots, healed }: Ground): readonly PlanFinding[] =>
  slots.flatMap((slot) => {
    if (!healed.has(slot.id)) return [];
    const current = issuingGeneration(survey.issuers.get(slot.issuer)!);
    if (current === undefined || current.canSign) return [];
    const leaf = survey.certificates.get(slot.holds!.certificates[0]!)!;
    return [
      {
        rule: "leaf-ends",
        subject: slot.id,
        text: `what ${slot.id} shows ends before the run may, and generation ${current.number} of ${slot.issuer} cannot sign it again: its key is not here`,
        evidence: [`${slot.place.path}: valid until ${formatInstant(leaf.notAfter)}`],
        cure: `renew it where the key of ${slot.issuer} is, and plan again`,
      },
    ];
  });
