import { formatInstant } from "../../x509/time.ts";
import type { Rule } from "../rule.ts";

/** A leaf below such a certificate verifies nowhere (RFC 5280 section 6.1.4, steps k and n). */
export const issuerIsCa: Rule = {
  name: "issuer-is-ca",
  demands: "the issuer is a CA that may sign certificates and is valid now",
  citation: "RFC 5280 section 6.1.4 (k), (n)",
  check: ({ issuer, now, settings }) => {
    if (issuer.basicConstraints?.ca !== true) {
      return {
        message: "the issuer's certificate is not a CA certificate",
        wouldPass: "an issuer whose basic constraints say CA:TRUE",
      };
    }
    if (issuer.keyUsage !== undefined && !issuer.keyUsage.includes("keyCertSign")) {
      return {
        message: "the issuer's key usage does not allow it to sign certificates",
        wouldPass: "an issuer whose key usage includes keyCertSign",
      };
    }
    if (settings.vaultIdentical !== true && issuer.notAfter <= now) {
      return {
        message: `the issuer's certificate expired at ${formatInstant(issuer.notAfter)}`,
        wouldPass: "an issuer that is valid: renew it, or make a new generation",
      };
    }
    return undefined;
  },
};
