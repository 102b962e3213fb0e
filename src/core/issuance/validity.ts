import type { Instant } from "../model/certificate.ts";
import { goDuration } from "../text/duration.ts";
import { formatInstant } from "../x509/time.ts";
import type { IssueRequest, IssuerFacts, Settings } from "./request.ts";
import type { Role } from "./role.ts";
import { parseTimestamp } from "./timestamp.ts";

export interface Validity {
  readonly notBefore: Instant;
  /** What the certificate will say: cut at the issuer's end when that is asked for. */
  readonly notAfter: Instant;
  /** What was asked for, before any cut. */
  readonly wantedNotAfter: Instant;
  readonly warnings: readonly string[];
}

/** 32 days: the lease limits of a Vault that nobody tuned. */
const systemTtl = 768 * 3600;

const wholeSeconds = (instant: Instant): Instant => Math.floor(instant / 1000) * 1000;

/** The longest ttl that the role, or else the mount, allows; seconds. */
export const longestTtl = (role: Role, settings: Settings): number =>
  role.maxTtl > 0
    ? role.maxTtl
    : (settings.maxTtl ?? Math.max(systemTtl, settings.defaultTtl ?? 0));

/** When a certificate begins and ends (Vault's order: the role's not_after, the request's, its ttl, the role's, the mount's). */
export const decideValidity = (
  request: IssueRequest,
  role: Role,
  issuer: IssuerFacts,
  now: Instant,
  settings: Settings,
): Validity => {
  const warnings: string[] = [];

  let ttl =
    (request.ttl ?? 0) > 0
      ? request.ttl!
      : role.ttl > 0
        ? role.ttl
        : (settings.defaultTtl ?? systemTtl);
  const max = longestTtl(role, settings);
  const fixed = parseTimestamp(role.notAfter) ?? request.notAfter;
  if (ttl > max) {
    if (fixed === undefined) {
      warnings.push(
        `TTL "${goDuration(ttl)}" is longer than permitted maxTTL "${goDuration(max)}", so maxTTL is being used`,
      );
    }
    ttl = max;
  }
  const wantedNotAfter = wholeSeconds(fixed ?? now + ttl * 1000);
  let notAfter = wantedNotAfter;
  if (settings.leafNotAfter === "truncate" && notAfter > issuer.notAfter) {
    notAfter = issuer.notAfter;
    if (settings.vaultIdentical !== true) {
      warnings.push(
        `the certificate ends with its issuer at ${formatInstant(notAfter)}, not at ${formatInstant(wantedNotAfter)} as asked for: renew the issuer first`,
      );
    }
  }

  // Vault ignores the request's not_before when it signs (seen with OpenBao 2.6).
  const asked =
    request.csr !== undefined && settings.vaultIdentical === true ? undefined : request.notBefore;
  let notBefore = wholeSeconds(
    parseTimestamp(role.notBefore) ?? asked ?? now - role.notBeforeDuration * 1000,
  );
  // A leaf older than its issuer is odd to read and of no use: nothing can verify it earlier.
  if (
    settings.vaultIdentical !== true &&
    asked === undefined &&
    notBefore < issuer.notBefore &&
    issuer.notBefore <= now
  ) {
    notBefore = issuer.notBefore;
  }
  return { notBefore, notAfter, wantedNotAfter, warnings };
};
