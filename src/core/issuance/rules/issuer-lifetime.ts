import { formatInstant } from "../../x509/time.ts";
import type { Rule } from "../rule.ts";

/** A leaf that outlives its issuer is dead from the issuer's end on, whatever its own date says. */
export const issuerLifetime: Rule = {
  name: "issuer-lifetime",
  demands: "the certificate does not outlive its issuer",
  citation: "Vault issuer parameter leaf_not_after_behavior; RFC 5280 section 6.1.3 (a) (2)",
  check: ({ validity, issuer, settings, now }) => {
    if (validity.wantedNotAfter <= issuer.notAfter) return undefined;
    if (settings.leafNotAfter === "permit") return undefined;
    const left = Math.floor((issuer.notAfter - now) / 1000);
    if (settings.leafNotAfter === "truncate") {
      if (settings.vaultIdentical === true || validity.notBefore < validity.notAfter)
        return undefined;
      return {
        message: `nothing is left of the certificate when it is cut at its issuer's end, ${formatInstant(issuer.notAfter)}`,
        wouldPass: "a longer-lived issuer: renew it, or make a new generation",
      };
    }
    return {
      message: `cannot satisfy request, as TTL would result in notAfter of ${formatInstant(validity.wantedNotAfter)} that is beyond the expiration of the CA certificate at ${formatInstant(issuer.notAfter)}`,
      wouldPass:
        left > 0
          ? `a ttl of at most ${left}s; or an issuer with leaf_not_after_behavior=truncate, or a renewed one`
          : "a longer-lived issuer: renew it, or make a new generation",
    };
  },
};
