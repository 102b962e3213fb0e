import type {
  Certificate,
  Instant,
  KeyUsage,
  NameConstraints,
  PublicKey,
} from "../model/certificate.ts";
import type { Digests } from "../model/cryptography.ts";
import type { CertificateTemplate, SubjectTemplate } from "../model/template.ts";
import { formatInstant } from "../x509/time.ts";
import { encodeName } from "../x509/write-name.ts";
import { checkCaKey, checkCaRequest } from "./check-ca-request.ts";
import type { Refusal } from "./evaluate.ts";
import { subjectKeyIdentifier } from "./key-identifier.ts";
import type { IssuerFacts, LeafNotAfter } from "./request.ts";
import { signatureAlgorithmOf } from "./signature-algorithm.ts";

/**
 * Common name of a generation of an issuer: "etcd-ca", then "etcd-ca g2", "etcd-ca g3". Each has a name of its own,
 * because OpenSSL looks for an issuer by name and stays with the first that it finds, and because people cannot tell
 * two certificates of one name apart. The first keeps the plain name, which kubeadm's CAs have.
 */
export const generationName = (name: string, generation: number): string =>
  generation <= 1 ? name : `${name} g${generation}`;

/** What a new CA certificate should say. */
export interface CaRequest {
  readonly subject: SubjectTemplate;
  readonly key: Pick<PublicKey, "spki" | "algorithm" | "bits">;
  /** From serialOf. */
  readonly serial: Uint8Array;
  /** Milliseconds. */
  readonly lifetime: number;
  /** Absent: any number of CAs may stand below, as far as those above allow. */
  readonly pathLength?: number;
  readonly nameConstraints?: NameConstraints;
  /** What its key may do besides signing certificates and revocation lists: a successor keeps what others gave the first. */
  readonly keyUsage?: readonly KeyUsage[];
  /** SPIFFE trust domain: its URI stands in the certificate (X509-SVID section 3.2). */
  readonly trustDomain?: string;
  /** A key pair that signs tokens: what it is kept under may not stand above any certificate. */
  readonly keyPair?: true;
}

export type CaEvaluation =
  | {
      readonly ok: true;
      readonly template: CertificateTemplate;
      readonly warnings: readonly string[];
    }
  | { readonly ok: false; readonly refusal: Refusal };

/** Five minutes for clocks that are behind, as kubeadm and the kubelet signer take. */
export const backdate = 300_000;

const wholeSeconds = (instant: Instant): Instant => Math.floor(instant / 1000) * 1000;

const refuse = (
  rule: string,
  citation: string,
  message: string,
  wouldPass: string,
): CaEvaluation => ({
  ok: false,
  refusal: { rule, citation, message, wouldPass },
});

/** Of what is neither a certificate nor a revocation list (RFC 5280 section 4.2.1.3). */
const keyPairUsage: readonly KeyUsage[] = ["digitalSignature"];

const extensionsOf = (
  request: CaRequest,
  digests: Digests,
  authorityKey: Uint8Array | undefined,
) => {
  const own = subjectKeyIdentifier(request.key.spki, digests);
  return {
    basicConstraints: {
      ca: true,
      ...(request.pathLength === undefined ? {} : { pathLength: request.pathLength }),
    },
    // What a CA does, and no more: no digitalSignature, because OCSP answers are for a responder's own certificate.
    keyUsage:
      request.keyPair === true
        ? keyPairUsage
        : [...new Set<KeyUsage>([...(request.keyUsage ?? []), "keyCertSign", "cRLSign"])],
    ...(request.trustDomain === undefined
      ? {}
      : { subjectAltName: [{ kind: "uri", value: `spiffe://${request.trustDomain}` } as const] }),
    ...(request.nameConstraints === undefined ? {} : { nameConstraints: request.nameConstraints }),
    subjectKeyIdentifier: own,
    // RFC 5280 section 4.2.1.1 lets a root go without; with two generations about, it is what tells them apart.
    authorityKeyIdentifier: { keyIdentifier: authorityKey ?? own },
  };
};

const refusedFor = (refusal: Refusal | undefined): CaEvaluation | undefined =>
  refusal === undefined ? undefined : { ok: false, refusal };

/** A self-signed root. */
export const rootTemplate = (request: CaRequest, now: Instant, digests: Digests): CaEvaluation => {
  const refused = refusedFor(checkCaRequest(request));
  if (refused !== undefined) return refused;
  return {
    ok: true,
    warnings: [],
    template: {
      serial: request.serial,
      issuer: encodeName(request.subject),
      subject: request.subject,
      notBefore: wholeSeconds(now - backdate),
      notAfter: wholeSeconds(now + request.lifetime),
      spki: request.key.spki,
      signatureAlgorithm: signatureAlgorithmOf(request.key)!,
      extensions: extensionsOf(request, digests, undefined),
    },
  };
};

const year = 365 * 86_400_000;

/**
 * A root that exists, for its key and its name once more: leaves verify under it as under the former one, but whoever
 * trusts the former certificate has to be given this one, for an expired root is refused whatever it signed. It lives
 * as long as the former one did, and for a year at least: who has it expire again in the middle of things is worse off.
 */
export const renewedRootTemplate = (
  ca: Certificate,
  serial: Uint8Array,
  now: Instant,
  digests: Digests,
): CaEvaluation => {
  const algorithm = signatureAlgorithmOf(ca.publicKey);
  const refused = refusedFor(checkCaKey(ca.publicKey));
  if (refused !== undefined) return refused;
  const keyIdentifier = ca.subjectKeyIdentifier ?? subjectKeyIdentifier(ca.publicKey.spki, digests);
  return {
    ok: true,
    warnings: [],
    template: {
      serial,
      issuer: ca.subject.der,
      subject: { der: ca.subject.der },
      notBefore: wholeSeconds(now - backdate),
      notAfter: wholeSeconds(now + Math.max(year, ca.notAfter - ca.notBefore)),
      spki: ca.publicKey.spki,
      signatureAlgorithm: algorithm!,
      extensions: {
        basicConstraints: ca.basicConstraints ?? { ca: true },
        keyUsage: ca.keyUsage ?? ["keyCertSign", "cRLSign"],
        ...(ca.nameConstraints === undefined ? {} : { nameConstraints: ca.nameConstraints }),
        ...(ca.subjectAltName === undefined ? {} : { subjectAltName: ca.subjectAltName }),
        ...(ca.extendedKeyUsage === undefined ? {} : { extendedKeyUsage: ca.extendedKeyUsage }),
        subjectKeyIdentifier: keyIdentifier,
        authorityKeyIdentifier: { keyIdentifier },
      },
    },
  };
};

const pathLengthCitation = "RFC 5280 section 4.2.1.9; Vault root/sign-intermediate";

/** Path length of a CA below another one: what was asked for, or one less than the issuer's. */
const pathLengthBelow = (
  issuer: IssuerFacts,
  wanted: number | undefined,
): { readonly pathLength?: number } | CaEvaluation => {
  const limit = issuer.basicConstraints?.pathLength;
  if (limit === undefined) return wanted === undefined ? {} : { pathLength: wanted };
  if (limit === 0) {
    return refuse(
      "path-length",
      pathLengthCitation,
      "signing certificate has a max path length of zero, and cannot issue further CA certificates",
      "an issuer with a longer path length, or without one",
    );
  }
  if (wanted !== undefined && wanted >= limit) {
    return refuse(
      "path-length",
      pathLengthCitation,
      `a path length of ${wanted} is not below the issuer's, which is ${limit}`,
      `a path length of at most ${limit - 1}`,
    );
  }
  return { pathLength: wanted ?? limit - 1 };
};

const checkIssuer = (issuer: IssuerFacts, now: Instant): CaEvaluation | undefined => {
  const citation = "RFC 5280 section 6.1.4 (k), (n)";
  if (issuer.basicConstraints?.ca !== true || issuer.keyUsage?.includes("keyCertSign") === false) {
    return refuse(
      "issuer-is-ca",
      citation,
      "the issuer's certificate may not sign certificates",
      "an issuer whose basic constraints say CA:TRUE and whose key usage includes keyCertSign",
    );
  }
  if (issuer.notAfter <= now) {
    return refuse(
      "issuer-is-ca",
      citation,
      `the issuer's certificate expired at ${formatInstant(issuer.notAfter)}`,
      "an issuer that is valid: renew it, or make a new generation",
    );
  }
  if (signatureAlgorithmOf(issuer.publicKey) === undefined) {
    return refuse(
      "issuer-signs",
      "RFC 8017, RFC 5480, RFC 8410",
      `the issuer's key is of algorithm ${issuer.publicKey.algorithm}, which we do not sign with`,
      "an issuer with an RSA, EC or Ed25519 key",
    );
  }
  return undefined;
};

/** Vault lets intermediates outlive their parent; here they are cut at its end unless "err" or "permit" is asked for. */
const endBelow = (
  issuer: IssuerFacts,
  wanted: Instant,
  behaviour: LeafNotAfter,
): { readonly notAfter: Instant; readonly warnings: readonly string[] } | CaEvaluation => {
  if (wanted <= issuer.notAfter || behaviour === "permit")
    return { notAfter: wanted, warnings: [] };
  if (behaviour === "truncate") {
    return {
      notAfter: issuer.notAfter,
      warnings: [
        `the CA certificate ends with its issuer at ${formatInstant(issuer.notAfter)}, not at ${formatInstant(wanted)} as asked for`,
      ],
    };
  }
  return refuse(
    "issuer-lifetime",
    "Vault issuer parameter leaf_not_after_behavior; RFC 5280 section 6.1.3 (a) (2)",
    `cannot satisfy request, as TTL would result in notAfter of ${formatInstant(wanted)} that is beyond the expiration of the CA certificate at ${formatInstant(issuer.notAfter)}`,
    "a shorter lifetime, or a renewed issuer",
  );
};

/** A CA below another one. */
export const intermediateTemplate = (
  request: CaRequest,
  issuer: IssuerFacts,
  now: Instant,
  digests: Digests,
  leafNotAfter: LeafNotAfter = "truncate",
): CaEvaluation => {
  return refusedFor(checkCaRequest(request)) ?? below(request, issuer, now, digests, leafNotAfter);
};

const below = (
  request: CaRequest,
  issuer: IssuerFacts,
  now: Instant,
  digests: Digests,
  leafNotAfter: LeafNotAfter,
): CaEvaluation => {
  const refused = checkIssuer(issuer, now);
  if (refused !== undefined) return refused;
  const length = pathLengthBelow(issuer, request.pathLength);
  if ("ok" in length) return length;
  const end = endBelow(issuer, wholeSeconds(now + request.lifetime), leafNotAfter);
  if ("ok" in end) return end;
  return {
    ok: true,
    warnings: end.warnings,
    template: {
      serial: request.serial,
      issuer: issuer.subject.der,
      subject: request.subject,
      notBefore: Math.max(wholeSeconds(now - backdate), issuer.notBefore),
      notAfter: end.notAfter,
      spki: request.key.spki,
      signatureAlgorithm: signatureAlgorithmOf(issuer.publicKey)!,
      extensions: extensionsOf({ ...request, ...length }, digests, issuer.subjectKeyIdentifier),
    },
  };
};

/**
 * Another issuer's certificate for a CA that exists: same name, byte for byte, same key and key identifier, same
 * constraints, so that leaves verify along either path. It ends with the earlier of the two, and has no more room below
 * than the issuer can give.
 */
export const crossSignTemplate = (
  ca: Certificate,
  issuer: IssuerFacts,
  serial: Uint8Array,
  now: Instant,
  digests: Digests,
): CaEvaluation => {
  if (ca.basicConstraints?.ca !== true) {
    return refuse(
      "subject-is-ca",
      "RFC 5280 section 3.2 (cross-certificates)",
      "only a CA's certificate can be cross-signed, and this one is none",
      "a certificate whose basic constraints say CA:TRUE",
    );
  }
  const refused = refusedFor(checkCaKey(ca.publicKey));
  if (refused !== undefined) return refused;
  const own = ca.basicConstraints.pathLength;
  const limit = issuer.basicConstraints?.pathLength;
  // A limit of zero is refused below.
  const pathLength =
    own === undefined || limit === undefined || limit === 0 ? own : Math.min(own, limit - 1);
  const evaluation = below(
    {
      subject: [],
      key: ca.publicKey,
      serial,
      lifetime: ca.notAfter - now,
      ...(pathLength === undefined ? {} : { pathLength }),
      ...(ca.nameConstraints === undefined ? {} : { nameConstraints: ca.nameConstraints }),
      ...(ca.keyUsage === undefined ? {} : { keyUsage: ca.keyUsage }),
    },
    issuer,
    now,
    digests,
    "truncate",
  );
  if (!evaluation.ok) return evaluation;
  const { template } = evaluation;
  return {
    ...evaluation,
    template: {
      ...template,
      subject: { der: ca.subject.der },
      extensions: {
        ...template.extensions,
        ...(ca.subjectAltName === undefined ? {} : { subjectAltName: ca.subjectAltName }),
        ...(ca.extendedKeyUsage === undefined ? {} : { extendedKeyUsage: ca.extendedKeyUsage }),
        subjectKeyIdentifier:
          ca.subjectKeyIdentifier ?? subjectKeyIdentifier(ca.publicKey.spki, digests),
      },
    },
  };
};
