import type { Certificate, Instant } from "../model/certificate.ts";
import type { VerifySignature } from "../model/cryptography.ts";
import type { RevocationList } from "../model/revocation-list.ts";
import { defaultBudget, meterOf, spend, type Budget, type Meter } from "./path/budget.ts";
import { candidatesFor, isLoop, isSelfSigned } from "./path/candidates.ts";
import { checkCriticalExtensions } from "./path/critical-extensions.ts";
import { pathFailure, type PathFailure } from "./path/failure.ts";
import { checkIssuer, type IssuerContext, type SignatureVerdicts } from "./path/issuer.ts";
import { nameText } from "./path/label.ts";
import { checkNameConstraints } from "./path/name-constraints.ts";
import { checkName, type ReferenceName } from "./path/names.ts";
import { checkPolicies, type PolicyInput } from "./path/policies.ts";
import { profiles, type ProfileName } from "./path/profile.ts";
import { checkReadable } from "./path/readability.ts";
import { checkRevocation } from "./path/revocation.ts";
import { checkRules } from "./path/rules.ts";
import { checkKey } from "./path/strength.ts";
import { checkExtendedUsages, checkLeafKeyUsage, type Usage } from "./path/usages.ts";
import { checkValidity } from "./path/validity.ts";

export type { Budget } from "./path/budget.ts";
export type { PathFailure, PathFailureCode, PathFailureDetails } from "./path/failure.ts";
export type { SignatureVerdicts } from "./path/issuer.ts";
export type { ReferenceName } from "./path/names.ts";
export type { PolicyInput } from "./path/policies.ts";
export { profiles, type Profile, type ProfileName } from "./path/profile.ts";
export type { Usage } from "./path/usages.ts";

export interface PathInput {
  readonly leaf: Certificate;
  /** In any order; certificates that do not belong to the chain do no harm. */
  readonly intermediates: readonly Certificate[];
  readonly anchors: readonly Certificate[];
  readonly at: Instant;
  /** The name to be reached; left out when any name will do, as for TLS clients. */
  readonly name?: ReferenceName;
  /** The chain must allow one of these. */
  readonly usages: readonly Usage[];
  readonly profile: ProfileName;
  readonly verifySignature: VerifySignature;
  readonly crls?: readonly RevocationList[];
  readonly policies?: PolicyInput;
  /** Certificates between leaf and anchor, self-issued ones left out where the profile does not count them. */
  readonly maxIntermediates?: number;
  readonly budget?: Partial<Budget>;
  /** Give the same map to many calls, and no signature is checked twice. */
  readonly verdicts?: SignatureVerdicts;
}

export type PathResult =
  /** Leaf first, anchor last. */
  | { readonly ok: true; readonly chain: readonly Certificate[] }
  | { readonly ok: false; readonly failure: PathFailure };

/** One search: what it was asked, what it may still spend and the best failure so far. */
interface Search extends IssuerContext {
  readonly input: PathInput;
  readonly meter: Meter;
  best: PathFailure | undefined;
}

/** Of equals, the one further up the path is nearer to an anchor. */
const note = (search: Search, failure: PathFailure): void => {
  const { best } = search;
  if (
    best === undefined ||
    failure.rank > best.rank ||
    (failure.rank === best.rank && failure.chain.length > best.chain.length)
  )
    search.best = failure;
};

/** What no path could mend: the leaf's own faults, in the order in which Go and OpenSSL meet them. */
const checkLeaf = ({ input, profile }: Search): PathFailure | undefined => {
  const chain = [input.leaf];
  const fault =
    checkReadable(chain, 0, profile) ??
    checkCriticalExtensions(chain, 0, profile) ??
    checkValidity(chain, 0, input.at, profile) ??
    checkKey(chain, 0, profile) ??
    checkRules(chain, 0, "leaf", profile);
  if (fault !== undefined || input.name === undefined) return fault;
  const verdict = checkName(input.leaf, input.name, profile);
  if (verdict.ok) return undefined;
  return pathFailure("name-mismatch", chain, 0, {
    wanted: input.name,
    present: verdict.present,
    why: verdict.why,
  });
};

/** What only a whole path shows. Undefined also when the budget ended; the meter tells. */
const checkWhole = (chain: readonly Certificate[], search: Search): PathFailure | undefined => {
  const { input, profile, meter } = search;
  const fault =
    checkPolicies(chain, input.policies ?? {}, profile) ??
    checkExtendedUsages(chain, input.usages, profile) ??
    checkLeafKeyUsage(chain, input.usages, profile) ??
    checkNameConstraints(chain, profile, meter);
  if (fault === "budget") return undefined;
  return (
    fault ?? checkRevocation(chain, input.crls ?? [], input.at, profile, input.verifySignature)
  );
};

/** Whether a trusted certificate ends the path, or is one more intermediate to a verifier that wants a root. */
const endsPath = (anchor: Certificate, { profile }: Search): boolean =>
  profile.anchors === "any" || isSelfSigned(anchor);

const unknownAuthority = (chain: readonly Certificate[], { input }: Search): PathFailure => {
  const last = chain.at(-1)!;
  return pathFailure("unknown-authority", chain, chain.length - 1, {
    issuer: nameText(last.issuer),
    selfSigned: isSelfSigned(last),
    trusted: input.anchors.length,
  });
};

/** Tries all ways from the last certificate of `chain` to an anchor, depth first; the first that passes is the answer. */
const extend = (
  chain: readonly Certificate[],
  search: Search,
): readonly Certificate[] | undefined => {
  const { input, profile, meter } = search;
  if (!spend(meter, "buildCalls")) return undefined;
  // OpenSSL looks no further from a certificate that it takes for self-signed.
  const candidates =
    profile.backtracks || !isSelfSigned(chain.at(-1)!)
      ? candidatesFor(chain, input.anchors, input.intermediates, profile, input.at)
      : [];
  note(search, unknownAuthority(chain, search));
  for (const { certificate, trusted } of candidates) {
    if (!spend(meter, "signatures")) return undefined;
    if (isLoop(certificate, chain, profile)) continue;
    const longer = [...chain, certificate];
    const ends = trusted && endsPath(certificate, search);
    const fault = checkIssuer(longer, ends, search);
    if (fault !== undefined) {
      note(search, fault);
      continue;
    }
    const found = ends ? accept(longer, search) : extend(longer, search);
    if (found !== undefined || meter.exhausted !== undefined) return found;
  }
  return undefined;
};

/** The chain when all of it is right, else undefined with the failure noted. */
const accept = (
  chain: readonly Certificate[],
  search: Search,
): readonly Certificate[] | undefined => {
  const fault = checkWhole(chain, search);
  if (fault !== undefined) note(search, fault);
  return fault === undefined && search.meter.exhausted === undefined ? chain : undefined;
};

const isTrustedItself = (search: Search): boolean => {
  const { leaf, anchors } = search.input;
  return (
    endsPath(leaf, search) && anchors.some((anchor) => anchor.fingerprint === leaf.fingerprint)
  );
};

const outOfBudget = ({ input, meter, best }: Search): PathFailure | undefined => {
  if (meter.exhausted === undefined) return undefined;
  return pathFailure("budget", [input.leaf], 0, {
    what: meter.exhausted,
    limit: meter.limits[meter.exhausted],
    best: best === undefined || best.rank === 0 ? undefined : best.message,
  });
};

/**
 * Finds a path from the leaf to an anchor that the profile's verifier would accept, or says why there is none:
 * of all ways tried, the failure nearest to success, and which certificate is to blame.
 * Never throws for what is in the certificates, and never costs more than the budget.
 */
export const buildPath = (input: PathInput): PathResult => {
  const profile = profiles[input.profile];
  const search: Search = {
    input,
    profile,
    at: input.at,
    verifySignature: input.verifySignature,
    verdicts: input.verdicts ?? new Map(),
    maxIntermediates: input.maxIntermediates,
    meter: meterOf({ ...defaultBudget, ...input.budget }),
    best: undefined,
  };
  const own = checkLeaf(search);
  if (own !== undefined) return { ok: false, failure: own };
  const start = [input.leaf];
  const chain = isTrustedItself(search) ? accept(start, search) : extend(start, search);
  if (chain !== undefined) return { ok: true, chain };
  return { ok: false, failure: outOfBudget(search) ?? search.best! };
};
