import type { PlanFinding } from "../finding.ts";
import { bundleIn, type Survey } from "../survey.ts";

/**
 * What a cluster gives out of a generation that was dropped: a drop ends with that generation found nowhere, so etcd's
 * data is older than the files beside it. Whoever believes such an object trusts a CA that was taken out of use.
 */
export const checkOlderData = (
  survey: Survey,
  names: ReadonlySet<string>,
): readonly PlanFinding[] =>
  survey.inventory.slots.flatMap((slot) => {
    if (slot.place.form?.kind !== "object" || !names.has(slot.issuer)) return [];
    const { generations } = survey.issuers.get(slot.issuer)!;
    const held = new Set(bundleIn(survey, slot).generations);
    return generations
      .filter(({ number, stage }) => stage === "retired" && held.has(number))
      .map(({ number }) => ({
        rule: "older-data",
        subject: slot.id,
        text: `${slot.place.path} has generation ${number} of ${slot.issuer}, which was dropped: etcd's data is older than the files (was a snapshot put back?)`,
        evidence: [`it has: ${[...held].join(", ")}`],
        cure: `have the cluster give out the one that signs: certwright plan drop-trust ${slot.issuer} ${number}`,
      }));
  });
