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

/**
 * A program that its owner has told to sign, when the new CA's key will be elsewhere: what it signed with the old one
 * would be turned away.
 */
export const checkSilenced = (
  survey: Survey,
  issuers: ReadonlySet<string>,
): readonly PlanFinding[] =>
  survey.signers.flatMap(({ consumer, slot, home }) => {
    if (!issuers.has(slot.issuer) || home !== undefined) return [];
    const { node, path, key = path } = slot.place;
    return [
      {
        rule: "signer-without-key",
        subject: slot.id,
        text: `${consumer.id} signs with ${path}, and the key of the CA that is to come never comes here`,
        evidence: [`--cluster-signing-cert-file=${path} --cluster-signing-key-file=${key}`],
        cure: `start it${node === undefined ? "" : ` on ${node}`} without --cluster-signing-cert-file and --cluster-signing-key-file: signing requests of the API then stay open until somebody else answers them; then say so in certwright.yaml: certwright discover`,
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
