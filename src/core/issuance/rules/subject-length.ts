import type { Rule } from "../rule.ts";

/** RFC 5280 appendix A.1 calls them upper bounds; zlint and strict parsers refuse longer ones. */
const bound = 64;

export const subjectLength: Rule = {
  name: "subject-length",
  demands: "common name, organizations and units have at most 64 characters",
  citation:
    "RFC 5280 appendix A.1 (ub-common-name, ub-organization-name, ub-organizational-unit-name)",
  check: ({ names, role, settings }) => {
    if (settings.vaultIdentical === true) return undefined;
    const parts = [
      ["common name", [names.commonName]],
      ["organization", role.organization],
      ["organizational unit", role.ou],
    ] as const;
    for (const [part, values] of parts) {
      const long = values.find((value) => [...value].length > bound);
      if (long === undefined) continue;
      return {
        message: `the ${part} has ${[...long].length} characters, but at most ${bound} are allowed`,
        wouldPass:
          part === "common name"
            ? "a shorter common name; or none, with the whole name in alt_names and require_cn=false"
            : `a role with a shorter ${part}`,
      };
    }
    return undefined;
  },
};
