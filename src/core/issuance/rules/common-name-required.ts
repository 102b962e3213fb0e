import type { Rule } from "../rule.ts";

export const commonNameRequired: Rule = {
  name: "common-name-required",
  demands: "there is a common name, unless the role does without",
  citation: "Vault role parameter require_cn",
  check: ({ names, role }) => {
    if (names.commonName !== "" || !role.requireCn) return undefined;
    return {
      message:
        'the common_name field is required, or must be provided in a CSR with "use_csr_common_name" set to true, unless "require_cn" is set to false',
      wouldPass: "a request with common_name; or a role with require_cn=false",
      roleChange: { requireCn: false },
    };
  },
};
