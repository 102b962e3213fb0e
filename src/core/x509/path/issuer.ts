import type { Certificate, Instant } from "../../model/certificate.ts";
import type { VerifySignature } from "../../model/cryptography.ts";
import { compareKeyIdentifiers } from "./candidates.ts";
import { checkCriticalExtensions } from "./critical-extensions.ts";
import { isSelfIssued } from "./directory-names.ts";
import { pathFailure, type PathFailure } from "./failure.ts";
import { labelOf } from "./label.ts";
import type { Profile } from "./profile.ts";
import { checkReadable } from "./readability.ts";
import { checkRules } from "./rules.ts";
import { checkKey, checkSignatureAlgorithm } from "./strength.ts";
import { checkValidity } from "./validity.ts";

/** Whether one key signed one certificate, by key id and fingerprint. May be kept and shared between calls. */
export type SignatureVerdicts = Map<string, boolean>;

export interface IssuerContext {
  readonly profile: Profile;
  readonly at: Instant;
  readonly verifySignature: VerifySignature;
  readonly verdicts: SignatureVerdicts;
  readonly maxIntermediates: number | undefined;
}

const hasSigned = (issuer: Certificate, child: Certificate, context: IssuerContext): boolean => {
  const key = `${issuer.publicKey.id}:${child.fingerprint}`;
  const known = context.verdicts.get(key);
  if (known !== undefined) return known;
  const { spki } = issuer.publicKey;
  const verdict = context.verifySignature(
    spki,
    child.signatureAlgorithm,
    child.tbs,
    child.signature,
  );
  context.verdicts.set(key, verdict);
  return verdict;
};

/** Where there are no basic constraints: versions 1 and 2 have none, and anchors of old are of these. */
const isCaWithout = (issuer: Certificate, trusted: boolean, profile: Profile): boolean =>
  trusted &&
  (issuer.version < 3 ||
    (profile.caByKeyUsage && issuer.keyUsage?.includes("keyCertSign") === true));

/** RFC 5280 sections 4.2.1.3 and 4.2.1.9: who may sign certificates. */
const checkMaySign = (
  chain: readonly Certificate[],
  index: number,
  trusted: boolean,
  profile: Profile,
): PathFailure | undefined => {
  const issuer = chain[index]!;
  const constraints = issuer.basicConstraints;
  if (constraints === undefined ? !isCaWithout(issuer, trusted, profile) : !constraints.ca)
    return pathFailure("not-a-ca", chain, index, {
      child: labelOf(chain[index - 1]!),
      basicConstraints: constraints !== undefined,
    });
  const usage = issuer.keyUsage ?? [];
  // Without any bit it says nothing, as Go has it; OpenSSL and RFC 5280 refuse such an extension elsewhere.
  if (usage.length > 0 && !usage.includes("keyCertSign"))
    return pathFailure("key-usage", chain, index, { wanted: ["keyCertSign"], found: usage });
  return undefined;
};

const checkSignature = (
  chain: readonly Certificate[],
  index: number,
  context: IssuerContext,
): PathFailure | undefined => {
  const issuer = chain[index]!;
  const child = chain[index - 1]!;
  if (hasSigned(issuer, child, context)) return undefined;
  return pathFailure("bad-signature", chain, index, {
    child: labelOf(child),
    keyIdentifiersDiffer: compareKeyIdentifiers(child, issuer) === "different",
  });
};

/** Intermediates from 1 to `last`, self-issued ones left out where the profile does not count them. */
const countIntermediates = (
  chain: readonly Certificate[],
  last: number,
  profile: Profile,
): number => {
  let count = 0;
  for (let index = 1; index <= last; index++)
    if (!profile.selfIssuedUncounted || !isSelfIssued(chain[index]!, profile.issuerNames))
      count += 1;
  return count;
};

const checkLength = (
  chain: readonly Certificate[],
  index: number,
  trusted: boolean,
  context: IssuerContext,
): PathFailure | undefined => {
  const { profile, maxIntermediates } = context;
  const allowed = chain[index]!.basicConstraints?.pathLength;
  const below = countIntermediates(chain, index - 1, profile);
  if (allowed !== undefined && below > allowed)
    return pathFailure("path-length", chain, index, { allowed, below });
  if (
    maxIntermediates !== undefined &&
    !trusted &&
    countIntermediates(chain, index, profile) > maxIntermediates
  )
    return pathFailure("depth", chain, index, { allowed: maxIntermediates });
  return undefined;
};

/**
 * Whether the last certificate of the chain may stand there as the issuer of the one before it:
 * all that can be said without knowing the rest of the path.
 */
export const checkIssuer = (
  chain: readonly Certificate[],
  trusted: boolean,
  context: IssuerContext,
): PathFailure | undefined => {
  const { profile, at } = context;
  const index = chain.length - 1;
  return (
    checkMaySign(chain, index, trusted, profile) ??
    checkSignatureAlgorithm(chain, index - 1, profile) ??
    checkKey(chain, index, profile) ??
    checkSignature(chain, index, context) ??
    checkReadable(chain, index, profile) ??
    checkCriticalExtensions(chain, index, profile) ??
    checkValidity(chain, index, at, profile) ??
    checkLength(chain, index, trusted, context) ??
    checkRules(chain, index, trusted ? "anchor" : "intermediate", profile)
  );
};
