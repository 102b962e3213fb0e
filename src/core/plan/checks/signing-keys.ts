import type { PlanFinding } from "../finding.ts";
import { issuingGeneration, slotsBeside, type Survey } from "../survey.ts";

/**
 * A program that its owner has told to sign with a file that others trust by: it refuses two certificates there, and its
 * flags are its owner's to change.
 */
export const checkSharedSigners = (
  survey: Survey,
  issuers: ReadonlySet<string>,
): readonly PlanFinding[] =>
  survey.signers.flatMap(({ slot, home }) => {
    const { consumer, issuer, place } = slot;
    const readers = slotsBeside(survey, slot).filter(({ role }) => role === "trusts");
    if (home !== undefined || !issuers.has(issuer) || readers.length === 0) return [];
    const [certificate, key] = [place.path, place.key ?? place.path].map(besideIt);
    return [
      {
        rule: "signer-shared",
        subject: slot.id,
        text: `${consumer} signs with ${place.path}, which has to hold the old CA and the new one for ${readers.length} others meanwhile, and signs nothing while there are two`,
        evidence: readers.map(({ id }) => `also read by ${id}`),
        cure: `give it files of its own on ${place.node}: cp -p ${place.path} ${certificate}; cp -p ${place.key} ${key}; start it with --cluster-signing-cert-file=${certificate} --cluster-signing-key-file=${key}; then say so in certwright.yaml, under kubernetes.components`,
      },
    ];
  });

/** "/etc/ssl/ca.pem" -> "/etc/ssl/ca-signer.pem" */
const besideIt = (path: string): string => path.replace(/(\.[^./]+)?$/, "-signer$1");

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
