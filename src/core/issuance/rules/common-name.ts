import { nameAdvice } from "../name-advice.ts";
import { isPermittedCommonName } from "../permitted-name.ts";
import type { Rule } from "../rule.ts";

/** Asked even when the common name stays out of the alternative names. */
export const commonName: Rule = {
  name: "common-name",
  demands: "the role allows the common name",
  citation: "Vault role parameters allowed_domains, allow_*, enforce_hostnames, cn_validations",
  check: ({ names, role, settings }) => {
    const name = names.commonName;
    if (name === "" || isPermittedCommonName(name, role, settings)) return undefined;
    return {
      message: `common name ${name} not allowed by this role`,
      ...nameAdvice(name, role, (n, r) => isPermittedCommonName(n, r, settings)),
    };
  },
};
