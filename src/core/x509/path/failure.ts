import type { Certificate, Instant } from "../../model/certificate.ts";
import { formatInstant } from "../time.ts";
import type { Budget } from "./budget.ts";
import { labelOf } from "./label.ts";
import { agoText } from "./duration.ts";
import type { ReferenceName } from "./names.ts";

/** What each failure says of its case; the certificate to blame is told apart from these. */
export interface PathFailureDetails {
  readonly malformed: { readonly why: string };
  readonly "unknown-authority": {
    /** Issuer field of the certificate to blame. */
    readonly issuer: string;
    /** Whether that certificate names itself as its issuer. */
    readonly selfSigned: boolean;
    readonly trusted: number;
  };
  readonly "bad-signature": { readonly child: string; readonly keyIdentifiersDiffer: boolean };
  readonly "weak-signature": { readonly algorithm: string; readonly verifier: string };
  readonly "weak-key": { readonly key: string; readonly wanted: string; readonly verifier: string };
  readonly "not-a-ca": { readonly child: string; readonly basicConstraints: boolean };
  readonly "key-usage": { readonly wanted: readonly string[]; readonly found: readonly string[] };
  readonly "unknown-critical-extension": { readonly oid: string };
  readonly rule: { readonly rule: string; readonly what: string; readonly source: string };
  readonly "path-length": { readonly allowed: number; readonly below: number };
  readonly depth: { readonly allowed: number };
  readonly expired: { readonly notAfter: Instant; readonly at: Instant };
  readonly "not-yet-valid": { readonly notBefore: Instant; readonly at: Instant };
  readonly policy: { readonly why: string };
  readonly "incompatible-usage": {
    readonly wanted: readonly string[];
    readonly found: readonly string[];
    readonly isLeaf: boolean;
  };
  readonly "name-constraint": {
    readonly constrained: string;
    readonly name: string;
    readonly why: string;
  };
  readonly "crl-unusable": { readonly issuer: string; readonly why: string };
  readonly revoked: {
    readonly revokedAt: Instant;
    readonly reason: string | undefined;
    readonly at: Instant;
  };
  readonly "name-mismatch": {
    readonly wanted: ReferenceName;
    readonly present: readonly string[];
    readonly why: string | undefined;
  };
  readonly budget: {
    readonly what: keyof Budget;
    readonly limit: number;
    readonly best: string | undefined;
  };
}

/** Stable words, for scripts. */
export type PathFailureCode = keyof PathFailureDetails;

/**
 * How near to success a path was that ended so: of all paths tried, the failure of the highest rank is reported.
 * Nobody is helped by "unknown authority" when the right CA was found and had expired.
 */
const ranks: Readonly<Record<PathFailureCode, number>> = {
  "unknown-authority": 0,
  "bad-signature": 10,
  "weak-signature": 20,
  "weak-key": 21,
  "not-a-ca": 30,
  "key-usage": 31,
  malformed: 40,
  "unknown-critical-extension": 41,
  rule: 42,
  "path-length": 50,
  depth: 51,
  expired: 60,
  "not-yet-valid": 61,
  // From here on a whole path to an anchor was found.
  policy: 70,
  "incompatible-usage": 71,
  "name-constraint": 72,
  "crl-unusable": 73,
  revoked: 74,
  // No other path could help: the name is the leaf's alone.
  "name-mismatch": 80,
  // The search ended early, so that nothing else is certain.
  budget: 100,
};

export interface PathFailure<C extends PathFailureCode = PathFailureCode> {
  readonly code: C;
  /** The certificate to blame. */
  readonly blame: Certificate;
  /** Its place in {@link chain}, the leaf being 0. */
  readonly blameIndex: number;
  readonly details: PathFailureDetails[C];
  /** What is so and how it is known, without a full stop. */
  readonly message: string;
  /** What to do about it. */
  readonly hint: string | undefined;
  readonly rank: number;
  /** The path as far as it came, leaf first; it holds the blamed certificate. */
  readonly chain: readonly Certificate[];
}

const list = (items: readonly string[], none: string): string =>
  items.length === 0 ? none : items.join(", ");

const times = (count: number, word: string): string => `${count} ${word}${count === 1 ? "" : "s"}`;

const budgetWords: Readonly<Record<keyof Budget, string>> = {
  signatures: "candidate issuers",
  buildCalls: "steps of path building",
  nameComparisons: "comparisons of names with name constraints",
};

interface Words<C extends PathFailureCode> {
  readonly message: (name: string, details: PathFailureDetails[C]) => string;
  readonly hint?: (details: PathFailureDetails[C]) => string | undefined;
}

const words: { readonly [C in PathFailureCode]: Words<C> } = {
  malformed: {
    message: (name, d) => `certificate ${name} cannot be used: ${d.why}`,
    hint: () => "issue it again with a tool that follows RFC 5280",
  },
  "unknown-authority": {
    message: (name, d) =>
      d.selfSigned
        ? `certificate ${name} is self-signed and not among the ${times(d.trusted, "trusted certificate")}`
        : `no certificate for the issuer "${d.issuer}" of certificate ${name} is known, trusted or intermediate`,
    hint: (d) =>
      d.selfSigned
        ? "add it to the trusted certificates if it is yours, or use the CA that the other side's certificates come from"
        : `give the certificate of "${d.issuer}" as an intermediate (the server should send it), or trust it if it is a root`,
  },
  "bad-signature": {
    message: (name, d) =>
      `the signature on certificate ${d.child} was not made by the key of certificate ${name}` +
      (d.keyIdentifiersDiffer
        ? ": the authority key identifier differs too, so a CA of the same name with another key issued it"
        : ""),
    hint: (d) =>
      d.keyIdentifiersDiffer
        ? "use the CA certificate of the generation that issued it: compare authority and subject key identifiers"
        : "the certificate was altered, or belongs to a CA of the same name with another key",
  },
  "weak-signature": {
    message: (name, d) =>
      `certificate ${name} is signed with ${d.algorithm}, which ${d.verifier} refuses`,
    hint: () => "issue it again with SHA-256",
  },
  "weak-key": {
    message: (name, d) =>
      `certificate ${name} has the key ${d.key}; ${d.verifier} wants ${d.wanted}`,
    hint: () => "issue it again for a new key, for example P-256",
  },
  "not-a-ca": {
    message: (name, d) =>
      `certificate ${name} is no CA (${d.basicConstraints ? "basic constraints say CA:FALSE" : "it has no basic constraints"}), but certificate ${d.child} was issued under it`,
    hint: () => "issue from a CA certificate, or issue the CA certificate again with CA:TRUE",
  },
  "key-usage": {
    message: (name, d) =>
      `certificate ${name} has key usage ${list(d.found, "none")}, without ${d.wanted.join(" or ")}`,
    hint: () => "issue it again with the right key usage",
  },
  "unknown-critical-extension": {
    message: (name, d) =>
      `certificate ${name} has the critical extension ${d.oid}, which is not understood`,
    hint: () => "issue it again without that extension, or with it not critical",
  },
  rule: {
    message: (name, d) => `certificate ${name}: ${d.what} (${d.source})`,
  },
  "path-length": {
    message: (name, d) =>
      `certificate ${name} allows ${times(d.allowed, "CA")} below itself, and there ${d.below === 1 ? "is" : "are"} ${d.below}`,
    hint: () =>
      "issue from a CA nearer to the root, or issue this CA again with a larger path length",
  },
  depth: {
    message: (name, d) =>
      `certificate ${name} would be one intermediate more than the ${d.allowed} that were allowed`,
  },
  expired: {
    message: (name, d) =>
      `certificate ${name} expired ${formatInstant(d.notAfter)} (${agoText(d.notAfter, d.at)})`,
    hint: () => "renew it, then reload what presents it",
  },
  "not-yet-valid": {
    message: (name, d) =>
      `certificate ${name} is not valid before ${formatInstant(d.notBefore)} (${agoText(d.notBefore, d.at)})`,
    hint: () => "check the clock of this machine and of the one that issued it",
  },
  policy: {
    message: (name, d) =>
      `the policies of certificate ${name} and its issuers do not fit: ${d.why}`,
  },
  "incompatible-usage": {
    message: (name, d) =>
      `certificate ${name} is ${d.isLeaf ? "" : "a CA "}for ${list(d.found, "no usage at all")}, not for ${d.wanted.join(" or ")}`,
    hint: (d) =>
      d.isLeaf
        ? `issue it again with extended key usage ${d.wanted.join(", ")}`
        : "the usages of a CA bound those of all below it: issue from another CA, or issue this CA again without extended key usage",
  },
  "name-constraint": {
    message: (name, d) =>
      `certificate ${d.constrained} has the name ${d.name}, which ${d.why} in certificate ${name}`,
    hint: () => "issue it without that name, or from a CA whose name constraints allow it",
  },
  "crl-unusable": {
    message: (name, d) =>
      `whether certificate ${name} is revoked cannot be told: the revocation list of "${d.issuer}" ${d.why}`,
    hint: () => "fetch or make a current revocation list",
  },
  revoked: {
    message: (name, d) =>
      `certificate ${name} was revoked ${formatInstant(d.revokedAt)} (${agoText(d.revokedAt, d.at)})` +
      (d.reason === undefined ? "" : `, reason ${d.reason}`),
    hint: () => "issue a new one",
  },
  "name-mismatch": {
    message: (name, d) =>
      `certificate ${name} is not for ${d.wanted.kind === "ip" ? "the address " : ""}"${d.wanted.value}"; it is for ${list(d.present, "no name at all")}` +
      (d.why === undefined ? "" : ` (${d.why})`),
    hint: (d) => `issue it again with the name ${d.wanted.value}, or connect by a name it has`,
  },
  budget: {
    message: (name, d) =>
      `gave up on certificate ${name} after ${d.limit} ${budgetWords[d.what]}` +
      (d.best === undefined ? "" : `; nearest so far: ${d.best}`),
    hint: () => "leave out certificates that do not belong to the chain",
  },
};

/** Makes a failure; `blameIndex` points into `chain`. */
export const pathFailure = <C extends PathFailureCode>(
  code: C,
  chain: readonly Certificate[],
  blameIndex: number,
  details: PathFailureDetails[C],
): PathFailure<C> => {
  const blame = chain[blameIndex]!;
  return {
    code,
    blame,
    blameIndex,
    details,
    message: words[code].message(labelOf(blame), details),
    hint: words[code].hint?.(details),
    rank: ranks[code],
    chain,
  };
};
