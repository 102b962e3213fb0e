import { goDuration } from "../../text/duration.ts";
import { formatInstant } from "../../x509/time.ts";
import type { Case, Objection, Rule } from "../rule.ts";
import { parseTimestamp } from "../timestamp.ts";
import { longestTtl } from "../validity.ts";

const bound = ({ request, role, settings, now }: Case): Objection | undefined => {
  if (request.notAfter === undefined || role.notAfter !== "" || role.notAfterBound === "permit")
    return undefined;
  const open = { roleChange: { notAfterBound: "permit" } };
  if (role.notAfterBound === "forbid") {
    return {
      message: "the not_after field is not allowed by this role",
      wouldPass: "a request with ttl instead; or a role with not_after_bound=permit",
      ...open,
    };
  }
  const limited = role.notAfterBound === "ttl-limited";
  const latest = limited
    ? now + longestTtl(role, settings) * 1000
    : parseTimestamp(role.notAfterBound);
  if (latest === undefined || request.notAfter <= latest) return undefined;
  const reason = limited ? ` (max_ttl ${goDuration(longestTtl(role, settings))})` : "";
  return {
    message: `the not_after field is beyond ${formatInstant(latest)}, the latest this role allows${reason}`,
    wouldPass: `a not_after of ${formatInstant(latest)} or before; or a role with not_after_bound=permit`,
    ...open,
  };
};

export const lifetime: Rule = {
  name: "lifetime",
  demands: "ttl or not_after, not both, and an end after the beginning",
  citation: "Vault parameters ttl, not_after; OpenBao's not_after_bound (openbao PR #1172)",
  check: (c) => {
    const { request, role, validity } = c;
    if ((request.ttl ?? 0) > 0 && (request.notAfter !== undefined || role.notAfter !== "")) {
      return {
        message:
          "Either ttl or not_after should be provided. Both should not be provided in the same request.",
        wouldPass:
          role.notAfter === ""
            ? "the request with only one of the two"
            : `a request without ttl: the role fixes not_after=${role.notAfter}`,
      };
    }
    const refused = bound(c);
    if (refused !== undefined) return refused;
    // Compared as wanted: what the issuer's end does to it is the next rule's matter.
    if (validity.notBefore >= validity.wantedNotAfter) {
      const relation = validity.notBefore === validity.wantedNotAfter ? "equal to" : "later than";
      return {
        message: `The certificate's Not Before (${formatInstant(validity.notBefore)}) is ${relation} the certificate's Not After (${formatInstant(validity.wantedNotAfter)})`,
        wouldPass: "a not_after behind not_before, or a longer ttl",
      };
    }
    return undefined;
  },
};
