import { nameAdvice } from "../name-advice.ts";
import { isPermittedName } from "../permitted-name.ts";
import type { Rule } from "../rule.ts";

/** The common name's copy among them is asked too, which cn_validations=disabled does not spare. */
export const dnsNames: Rule = {
  name: "dns-names",
  demands: "the role allows every DNS name",
  citation: "Vault role parameters allowed_domains, allow_*, enforce_hostnames",
  check: ({ names, role, settings }) => {
    const refused = names.dns.find((name) => !isPermittedName(name, role, settings));
    if (refused === undefined) return undefined;
    return {
      message: `subject alternate name ${refused} not allowed by this role`,
      ...nameAdvice(refused, role, (n, r) => isPermittedName(n, r, settings)),
    };
  },
};
