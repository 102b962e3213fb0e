import type { Certificate, Instant } from "../../model/certificate.ts";
import { pathFailure, type PathFailure } from "./failure.ts";
import type { Profile } from "./profile.ts";

/** RFC 5280 section 4.1.2.5: from notBefore through notAfter, inclusive, unless the profile has it otherwise. */
export const ageOf = (
  { notBefore, notAfter }: Certificate,
  at: Instant,
  profile: Profile,
): "valid" | "expired" | "not-yet-valid" => {
  const now = profile.wholeSeconds ? Math.floor(at / 1000) * 1000 : at;
  if (now < notBefore) return "not-yet-valid";
  return now > notAfter || (now === notAfter && profile.endExcluded) ? "expired" : "valid";
};

export const checkValidity = (
  chain: readonly Certificate[],
  index: number,
  at: Instant,
  profile: Profile,
): PathFailure | undefined => {
  const certificate = chain[index]!;
  switch (ageOf(certificate, at, profile)) {
    case "not-yet-valid":
      return pathFailure("not-yet-valid", chain, index, { notBefore: certificate.notBefore, at });
    case "expired":
      return pathFailure("expired", chain, index, { notAfter: certificate.notAfter, at });
    case "valid":
      return undefined;
  }
};
