import { globMatches } from "../glob.ts";
import { parseOtherName } from "../other-name.ts";
import type { Rule } from "../rule.ts";

export const otherNames: Rule = {
  name: "other-names",
  demands: "the role allows every otherName: its oid exactly, its value by a glob",
  citation: "Vault role parameter allowed_other_sans",
  check: ({ names, role }) => {
    if (names.otherFault !== undefined) {
      return {
        message: `could not parse requested other SAN: ${names.otherFault}`,
        wouldPass: "an other name written as oid;UTF8:value",
      };
    }
    if (names.others.length === 0) return undefined;
    if (role.allowedOtherSans.length === 1 && role.allowedOtherSans[0] === "*") return undefined;
    const allowed = [];
    for (const text of role.allowedOtherSans) {
      const other = parseOtherName(text);
      if ("fault" in other) {
        return {
          message: `error parsing role's allowed SANs: ${other.fault}`,
          wouldPass: "a role whose allowed_other_sans are written as oid;UTF8:glob",
        };
      }
      allowed.push(other);
    }
    for (const { oid, value } of names.others) {
      const globs = allowed.filter((other) => other.oid === oid).map((other) => other.value);
      if (globs.some((glob) => globMatches(glob, value))) continue;
      const change = [...role.allowedOtherSans, `${oid};UTF8:${value}`];
      return {
        message:
          globs.length === 0
            ? `other SAN OID ${oid} not allowed by this role`
            : `other SAN ${value} not allowed for OID ${oid} by this role`,
        wouldPass: `a role with allowed_other_sans=${change.join(",")}`,
        roleChange: { allowedOtherSans: change },
      };
    }
    return undefined;
  },
};
