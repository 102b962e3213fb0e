import type { Certificate } from "../../model/certificate.ts";
import { pathFailure, type PathFailure } from "./failure.ts";
import type { Profile } from "./profile.ts";
import type { Role, Rule } from "./rule.ts";
import { rfc5280Rules } from "./rules-rfc5280.ts";
import { webpkiRules } from "./rules-webpki.ts";

const rules: Readonly<Record<Profile["conformance"], readonly Rule[]>> = {
  none: [],
  rfc5280: rfc5280Rules,
  webpki: [...rfc5280Rules, ...webpkiRules],
};

/** The profile's own requirements on one certificate of the chain. */
export const checkRules = (
  chain: readonly Certificate[],
  index: number,
  role: Role,
  profile: Profile,
): PathFailure | undefined => {
  for (const rule of rules[profile.conformance]) {
    if (!rule.roles.includes(role)) continue;
    const what = rule.fault(chain[index]!, role);
    if (what !== undefined)
      return pathFailure("rule", chain, index, { rule: rule.id, what, source: rule.source });
  }
  return undefined;
};
