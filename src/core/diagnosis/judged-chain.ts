import type { Certificate } from "../model/certificate.ts";
import { equalBytes } from "../bytes/compare.ts";
import type { PathFailure, PathFailureCode } from "../x509/path.ts";
import type { Case, Failures } from "./case.ts";
import { endpointText } from "./endpoint.ts";
import { certificatesOf, type FileEvidence } from "./file-evidence.ts";
import type { Detected, FixStep } from "./finding.ts";
import { failureOf } from "./for-whom.ts";
import { locationText } from "./location.ts";
import { callIt, certificateFacts, subjectsText } from "./words.ts";
import { shellWord } from "../text/shell-word.ts";

/** A certificate with its chain as somebody shows it: a server that was asked, or a file. */
export interface JudgedChain {
  /** `the certificate "CN=x" of etcd-1:2379`, `the certificate "CN=x" in server.crt` */
  readonly what: string;
  /** "etcd-1:2379", "server.crt" */
  readonly holder: string;
  readonly chain: readonly Certificate[];
  readonly leaf: Certificate;
  readonly anchors: readonly Certificate[];
  /** The file of the anchors. */
  readonly trust: FileEvidence | undefined;
  readonly failures: Failures;
  /** Where it comes from and what it is held against, each a line of evidence. */
  readonly evidence: readonly string[];
  /** "kubectl", "the client" */
  readonly who: string;
}

/** The server's chain when one was seen, else the chains of files; none for a client that does not verify. */
export const judgedChains = (seen: Case): readonly JudgedChain[] => {
  const { endpoint, client, served } = seen;
  if (client.insecure) return [];
  if (endpoint !== undefined && served !== undefined) {
    const where = endpointText(endpoint);
    const sent = served.chain.map(certificateFacts).join(", then ");
    const shows = seen.offline === true ? (seen.server?.certificate?.name ?? where) : "the server";
    return [
      {
        ...served,
        what: `the certificate ${callIt(served.leaf)} of ${where}`,
        holder: where,
        trust: client.ca,
        evidence: [
          `${shows} ${seen.offline === true ? "holds" : "sent"} ${sent}`,
          ...trustEvidence(client.ca, served.anchors),
        ],
        who: client.who,
      },
    ];
  }
  return (seen.fileChains ?? []).map(({ file, chain, anchors, trust, failures }) => ({
    what: `the certificate ${callIt(chain[0]!)} in ${file.name}`,
    holder: file.name,
    chain,
    leaf: chain[0]!,
    anchors,
    trust,
    failures,
    evidence: [
      `${file.name} holds ${chain.map(certificateFacts).join(", then ")}`,
      ...trustEvidence(trust, anchors),
    ],
    who: "a client",
  }));
};

const trustEvidence = (
  trust: FileEvidence | undefined,
  anchors: readonly Certificate[],
): readonly string[] =>
  trust === undefined
    ? []
    : [`${trust.name} (${locationText(trust.named)}) trusts ${subjectsText(anchors)}`];

/** A failure of a chain, with all a fault needs to tell it. */
export interface ChainTrouble<C extends PathFailureCode> extends JudgedChain {
  readonly failure: PathFailure<C>;
  readonly blame: Certificate;
  /** `"CN=x"` of the certificate to blame. */
  readonly culprit: string;
  /** A file that holds the certificate to blame. */
  readonly file: FileEvidence | undefined;
}

type Told = Pick<Detected, "text" | "breaks"> &
  Partial<Pick<Detected, "subject" | "certainty" | "forWhom" | "side" | "evidence">> & {
    readonly fix: readonly FixStep[];
  };

/**
 * The fault of the first chain that fails so; `tell` may still say no. Chains without any anchor cannot tell trouble
 * of trust, so what is said of them must not depend on it.
 */
export const chainFault = <C extends PathFailureCode>(
  seen: Case,
  code: C,
  fits: (failure: PathFailure<C>, judged: JudgedChain) => boolean,
  tell: (trouble: ChainTrouble<C>) => Told | undefined,
): Detected | undefined => {
  for (const judged of judgedChains(seen)) {
    const found = failureOf(judged.failures, code, (failure) => fits(failure, judged));
    if (found === undefined) continue;
    const { failure, forWhom } = found;
    const { blame } = failure;
    const file = fileWith(seen, blame);
    const told = tell({ ...judged, failure, blame, culprit: callIt(blame), file });
    if (told === undefined) continue;
    return {
      subject: judged.holder,
      certainty: "proved",
      ...(forWhom === undefined ? {} : { forWhom }),
      ...told,
      evidence: [...judged.evidence, failure.message, ...(told.evidence ?? [])],
    };
  }
  return undefined;
};

/** A file of the run that holds this very certificate; what stands nearby counts when none was named. */
export const fileWith = (seen: Case, certificate: Certificate): FileEvidence | undefined =>
  [...seen.files, ...seen.nearby].find((file) =>
    certificatesOf(file).some(({ fingerprint }) => fingerprint === certificate.fingerprint),
  );

/** Whether issuer and subject are one name; a certificate of another key may still have made the signature. */
export const namesItself = ({ issuer, subject }: Certificate): boolean =>
  equalBytes(issuer.der, subject.der);

/** Meant to issue others: by its basic constraints, its usages, or its age (RFC 5280 section 4.2.1.9). */
export const isAuthority = ({ basicConstraints, keyUsage, version }: Certificate): boolean =>
  basicConstraints?.ca === true ||
  version === 1 ||
  (basicConstraints === undefined && keyUsage?.includes("keyCertSign") === true);

/** "root", "intermediate" or "leaf", by what the certificate says of itself. */
export const kindOf = (certificate: Certificate): "root" | "intermediate" | "leaf" => {
  if (!isAuthority(certificate)) return "leaf";
  return namesItself(certificate) ? "root" : "intermediate";
};

/** The step that shows a certificate: its file when there is one, else the server that has it. */
export const lookAt = (does: string, file: FileEvidence | undefined, holder: string): FixStep => ({
  does,
  command: `certwright inspect ${shellWord(file?.path ?? file?.name ?? holder)}`,
});

/** {@link kindOf} the certificate to blame; what a server shows first is its own, whatever it says it is. */
export const partOf = (
  { endpoint }: Case,
  { blame, blameIndex }: PathFailure,
): "root" | "intermediate" | "leaf" =>
  endpoint !== undefined && blameIndex === 0 ? "leaf" : kindOf(blame);
