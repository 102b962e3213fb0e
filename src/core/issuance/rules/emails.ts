import { nameAdvice } from "../name-advice.ts";
import { isPermittedName } from "../permitted-name.ts";
import type { Rule } from "../rule.ts";

export const emails: Rule = {
  name: "emails",
  demands: "the role allows the domain of every e-mail address",
  citation: "Vault role parameters allowed_domains, allow_*",
  check: ({ names, role, settings }) => {
    const refused = names.emails.find((name) => !isPermittedName(name, role, settings));
    if (refused === undefined) return undefined;
    return {
      message: `email address ${refused} not allowed by this role`,
      ...nameAdvice(refused, role, (n, r) => isPermittedName(n, r, settings)),
    };
  },
};
