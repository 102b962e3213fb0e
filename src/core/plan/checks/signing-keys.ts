import type { PlanFinding } from "../finding.ts";
import { issuingGeneration, type Survey } from "../survey.ts";

/** Who signs with a file that others trust by is given a file of its own first: that takes the CA's key. */
export const checkSigningKeys = (
  survey: Survey,
  issuers: ReadonlySet<string>,
): readonly PlanFinding[] => {
  const shared = survey.signers.flatMap(({ slot, home }) =>
    home === undefined || !issuers.has(slot.issuer) ? [] : [home],
  );
  return [...new Map(shared.map((home) => [home.issuer, home])).values()].flatMap(
    ({ issuer, place }) => {
      const { number, canSign } = issuingGeneration(survey.issuers.get(issuer)!)!;
      if (canSign) return [];
      return [
        {
          rule: "cannot-sign",
          subject: issuer,
          text: `the key of generation ${number} of ${issuer} is not in this PKI, and controller-managers have to be given it in files of their own`,
          evidence: [],
          cure: `adopt it with its key: certwright ca adopt ${issuer} --certificate ${place.path} --key ${place.key}`,
        },
      ];
    },
  );
};
