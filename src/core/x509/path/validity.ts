import type { Certificate, Instant } from "../../model/certificate.ts";
import { pathFailure, type PathFailure } from "./failure.ts";
import type { Profile } from "./profile.ts";

/** RFC 5280 section 4.1.2.5: from notBefore through notAfter, inclusive. */
export const checkValidity = (
  chain: readonly Certificate[],
  index: number,
  at: Instant,
  profile: Profile,
): PathFailure | undefined => {
  const { notBefore, notAfter } = chain[index]!;
  const now = profile.wholeSeconds ? Math.floor(at / 1000) * 1000 : at;
  if (now < notBefore) return pathFailure("not-yet-valid", chain, index, { notBefore, at });
  if (now > notAfter) return pathFailure("expired", chain, index, { notAfter, at });
  return undefined;
};
