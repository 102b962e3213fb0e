import type { Fingerprint } from "../../model/certificate.ts";
import type { Slot } from "../../model/inventory.ts";
import type { PlanFinding } from "../finding.ts";
import { bundleIn, isAbove, type Survey } from "../survey.ts";
import { short } from "./slots.ts";

/**
 * Bundles from which a generation of these issuers could not be dropped: one for another issuer that holds it too, and
 * one that trusts the CA above, which lets in whatever any generation signed.
 */
export const checkBundles = (
  survey: Survey,
  dropped: ReadonlySet<string>,
): readonly PlanFinding[] =>
  survey.inventory.slots
    .filter(({ role, holds }) => role === "trusts" && holds !== undefined)
    .flatMap((slot) =>
      bundleIn(survey, slot).others.flatMap((other) => checkOther(survey, dropped, slot, other)),
    );

const checkOther = (
  survey: Survey,
  dropped: ReadonlySet<string>,
  slot: Slot,
  fingerprint: Fingerprint,
): readonly PlanFinding[] => {
  const other = survey.certificates.get(fingerprint);
  if (other === undefined) return [];
  const { path } = slot.place;
  const evidence = [`${short(fingerprint)}: ${other.subject}`];
  const ours = survey.generationOfKey.get(other.key);
  if (ours !== undefined && dropped.has(ours.issuer)) {
    return [
      {
        rule: "bundle-mixed",
        subject: slot.id,
        text: `${path} is for ${slot.issuer}, and trusts generation ${ours.generation.number} of ${ours.issuer} too`,
        evidence,
        cure: `take that one out of ${path} and restart ${slot.consumer}, or name the right issuer for it in certwright.yaml`,
      },
    ];
  }
  if (!dropped.has(slot.issuer)) return [];
  if (!isAbove(survey, slot.issuer, other.key)) return [];
  return [
    {
      rule: "bundle-above",
      subject: slot.id,
      text: `${path} trusts the CA above ${slot.issuer}, which lets in every generation: an old one could not be shut out`,
      evidence,
      cure: `trust generations of ${slot.issuer} themselves in ${path}, or rotate the CA above it`,
    },
  ];
};
