import { equalBytes } from "../bytes/compare.ts";
import type { Certificate, Fingerprint, Instant } from "../model/certificate.ts";
import type { VerifySignature } from "../model/cryptography.ts";
import type { SigningRequest } from "../model/signing-request.ts";
import { above, isSelfIssued } from "../x509/above.ts";
import { formatName } from "../x509/names.ts";
import { purpose } from "../x509/oids.ts";
import { buildPath } from "../x509/path.ts";
import { formatInstant } from "../x509/time.ts";

/** One thing that is wrong with what an external CA answered. */
export interface AnswerFault {
  readonly rule:
    | "other-key"
    | "other-name"
    | "not-a-ca"
    | "other-usages"
    | "no-root"
    | "other-root"
    | "no-room"
    | "constrained"
    | "not-valid"
    | "too-short"
    | "does-not-verify";
  readonly text: string;
  /** What to ask the external CA for. */
  readonly cure: string;
}

export type AnswerVerdict =
  | {
      readonly ok: true;
      readonly certificate: Certificate;
      /** Above it, nearest first, root last. */
      readonly chain: readonly Certificate[];
    }
  | { readonly ok: false; readonly faults: readonly AnswerFault[] };

export interface AnswerRules {
  readonly now: Instant;
  /** It has to be valid until then. */
  readonly lastingUntil: Instant;
  /** The root that it has to lead to; absent: any. */
  readonly root?: Fingerprint;
  readonly verifySignature: VerifySignature;
}

/**
 * Whether these certificates, in any order, answer a request for a CA's certificate. Everything that is wrong is told
 * at once: each round trip to an external CA may take days.
 */
export const checkAnswer = (
  request: SigningRequest,
  certificates: readonly Certificate[],
  rules: AnswerRules,
): AnswerVerdict => {
  const certificate = newest(
    certificates.filter(({ publicKey }) => publicKey.id === request.publicKey.id),
  );
  if (certificate === undefined) return { ok: false, faults: [otherKey(request, certificates)] };
  const chain = above(certificate, certificates);
  const faults = [
    ...checkName(request, certificate),
    ...checkRights(certificate, chain),
    ...checkValidity(certificate, chain, rules),
    ...checkChain(certificate, chain, rules),
  ];
  return faults.length === 0 ? { ok: true, certificate, chain } : { ok: false, faults };
};

/** A CA that was asked twice answers twice. */
const newest = (certificates: readonly Certificate[]): Certificate | undefined =>
  certificates.toSorted((a, b) => b.notBefore - a.notBefore)[0];

const nameOf = ({ subject }: Pick<Certificate, "subject">): string =>
  formatName(subject) || "an empty subject";

const otherKey = (request: SigningRequest, certificates: readonly Certificate[]): AnswerFault => {
  const same = certificates.find(({ subject }) => equalBytes(subject.der, request.subject.der));
  const wanted = `the key with SHA-256 ${request.publicKey.id.slice(0, 16)} that was asked for`;
  return {
    rule: "other-key",
    text:
      same === undefined
        ? `none of ${certificates.map(nameOf).join(", ") || "no certificates"} is for ${wanted}`
        : `${nameOf(same)} is for the key with SHA-256 ${same.publicKey.id.slice(0, 16)}, not for ${wanted}`,
    cure: "have this very request signed; a request of an earlier run has another key",
  };
};

const checkName = (request: SigningRequest, certificate: Certificate): readonly AnswerFault[] =>
  equalBytes(request.subject.der, certificate.subject.der)
    ? []
    : [
        {
          rule: "other-name",
          text: `its subject is ${nameOf(certificate)}, and ${nameOf(request)} was asked for`,
          cure: "have it signed with the subject of the request: two CAs of one name cannot be told apart",
        },
      ];

const checkRights = (
  certificate: Certificate,
  chain: readonly Certificate[],
): readonly AnswerFault[] => {
  const faults: AnswerFault[] = [];
  const { basicConstraints, keyUsage } = certificate;
  if (basicConstraints?.ca !== true || keyUsage?.includes("keyCertSign") === false) {
    faults.push({
      rule: "not-a-ca",
      text:
        basicConstraints?.ca === true
          ? "its key usage does not include keyCertSign"
          : "its basic constraints do not say CA:TRUE",
      cure: "have it signed as a subordinate CA: basicConstraints CA:TRUE, key usage keyCertSign and cRLSign",
    });
  }
  for (const [index, one] of [certificate, ...chain].entries()) {
    const pathLength = one.basicConstraints?.pathLength;
    if (pathLength !== undefined && pathLength < index) {
      faults.push({
        rule: "no-room",
        text: `the path length ${pathLength} of ${nameOf(one)} allows no CA so far below it`,
        cure: `have it signed by a CA whose path length is ${index} or more, or has none (RFC 5280 section 4.2.1.9)`,
      });
    }
    // Go and OpenSSL hold a leaf's purposes against those of every CA above it.
    const missing = (
      [
        ["serverAuth", purpose.serverAuth],
        ["clientAuth", purpose.clientAuth],
      ] as const
    )
      .filter(([, oid]) => !allows(one, oid))
      .map(([word]) => word);
    if (missing.length > 0) {
      faults.push({
        rule: "other-usages",
        text: `the extended key usage of ${nameOf(one)} lacks ${missing.join(" and ")}`,
        cure: "have it signed without extended key usages, or with both",
      });
    }
    if (one.nameConstraints !== undefined) {
      faults.push({
        rule: "constrained",
        text: `${nameOf(one)} has name constraints, and whether every name of the cluster is within them is not known`,
        cure: "have it signed without name constraints, by a CA that has none",
      });
    }
  }
  return faults;
};

const allows = ({ extendedKeyUsage }: Certificate, oid: string): boolean =>
  extendedKeyUsage === undefined ||
  extendedKeyUsage.includes(oid) ||
  extendedKeyUsage.includes(purpose.any);

const checkValidity = (
  certificate: Certificate,
  chain: readonly Certificate[],
  { now, lastingUntil }: AnswerRules,
): readonly AnswerFault[] =>
  [certificate, ...chain].flatMap((one): readonly AnswerFault[] => {
    const span = `from ${formatInstant(one.notBefore)} to ${formatInstant(one.notAfter)}`;
    if (now < one.notBefore || one.notAfter <= now) {
      return [
        {
          rule: "not-valid",
          text: `${nameOf(one)} is valid ${span}, and it is ${formatInstant(now)}`,
          cure: "have it signed for a time that has begun, by a CA that is valid",
        },
      ];
    }
    if (one.notAfter > lastingUntil) return [];
    return [
      {
        rule: "too-short",
        text: `${nameOf(one)} ends ${formatInstant(one.notAfter)}, perhaps before the run does`,
        cure: "have it signed for years: every certificate below it ends with it",
      },
    ];
  });

const checkChain = (
  certificate: Certificate,
  chain: readonly Certificate[],
  { root, now, verifySignature }: AnswerRules,
): readonly AnswerFault[] => {
  const top = chain.at(-1) ?? certificate;
  if (!isSelfIssued(top)) {
    return [
      {
        rule: "no-root",
        text: `what is above ${nameOf(top)} is missing: ${formatName(top.issuer)}`,
        cure: "give the certificates above it, too, up to the external root",
      },
    ];
  }
  const faults: AnswerFault[] = [];
  if (root !== undefined && top.fingerprint !== root) {
    faults.push({
      rule: "other-root",
      text: `it leads to ${nameOf(top)} (SHA-256 ${top.fingerprint.slice(0, 16)}), not to the CA that the plan names (SHA-256 ${root.slice(0, 16)})`,
      cure: "have it signed below that CA, or plan for this one: --to-external FILE",
    });
  }
  for (const profile of ["go", "openssl"] as const) {
    const result = buildPath({
      leaf: certificate,
      intermediates: chain.slice(0, -1),
      anchors: [top],
      at: Math.max(now, certificate.notBefore),
      usages: ["any"],
      profile,
      verifySignature,
    });
    if (result.ok) continue;
    faults.push({
      rule: "does-not-verify",
      text: `${profile === "go" ? "Go" : "OpenSSL"} does not accept it: ${result.failure.message}`,
      cure: "have it signed anew; certwright verify tells more",
    });
    break;
  }
  return faults;
};
