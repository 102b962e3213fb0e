import type { DistinguishedName, GeneralName } from "../../model/name.ts";
import { profiles, type ProfileName } from "../../x509/path/profile.ts";
import { refusedName } from "../../x509/path/name-constraints.ts";
import { alternativeNames, leafSubject } from "../leaf-template.ts";
import type { Case, Rule } from "../rule.ts";

/** Constraints are read differently: a leaf must satisfy all who will look. */
const verifiers: readonly ProfileName[] = ["go", "openssl", "rfc5280"];
const utf8String = 12;

const subjectName = ({ role, names }: Case): DistinguishedName => ({
  der: new Uint8Array(0),
  rdns: leafSubject(role, names).map((rdn) =>
    rdn.map((attribute) => ({ ...attribute, tag: attribute.tag ?? utf8String })),
  ),
});

/** Vault issues such leaves, which no client then accepts; smallstep/certificates PR #1061 asks the same question. */
export const nameConstraints: Rule = {
  name: "name-constraints",
  demands: "all names lie within the name constraints of the CAs above",
  citation: "RFC 5280 section 4.2.1.10",
  check: (c) => {
    if (c.settings.vaultIdentical === true) return undefined;
    for (const ca of [c.issuer, ...(c.settings.ancestors ?? [])]) {
      if (ca.nameConstraints === undefined) continue;
      const names: GeneralName[] = [
        ...alternativeNames(c.names),
        { kind: "directory", name: subjectName(c) },
      ];
      for (const verifier of verifiers) {
        const refused = refusedName(names, ca.nameConstraints, profiles[verifier]);
        if (refused === undefined) continue;
        const permitted = ca.nameConstraints.permitted.filter(({ kind }) => kind === refused.kind);
        const texts = permitted.flatMap((base) => ("value" in base ? [String(base.value)] : []));
        return {
          message: `${refused.text} is not within the issuer's name constraints: it ${refused.why}`,
          wouldPass:
            texts.length > 0
              ? `a name within ${texts.join(", ")}; or another issuer`
              : "another name, or another issuer",
        };
      }
    }
    return undefined;
  },
};
