import { purpose, oidName } from "../../x509/oids.ts";
import { extendedUsagesOf } from "../key-purposes.ts";
import type { Rule } from "../rule.ts";

/** Go and OpenSSL read a CA's extended key usages as a limit for what is below it, though RFC 5280 does not say so. */
export const issuerUsages: Rule = {
  name: "issuer-usages",
  demands: "the CAs above allow the certificate's extended key usages",
  citation: "Go crypto/x509 Verify (nested extended key usages); CA/Browser Forum BR 7.1.5",
  check: ({ role, issuer, settings }) => {
    if (settings.vaultIdentical === true) return undefined;
    for (const ca of [issuer, ...(settings.ancestors ?? [])]) {
      const allowed = ca.extendedKeyUsage;
      if (allowed === undefined || allowed.includes(purpose.any)) continue;
      const refused = extendedUsagesOf(role).find((oid) => !allowed.includes(oid));
      if (refused === undefined) continue;
      return {
        message: `a CA above the certificate does not allow the usage ${oidName(refused)}`,
        wouldPass: `a role with only ${allowed.map(oidName).join(", ")}; or a CA without extended key usages`,
      };
    }
    return undefined;
  },
};
