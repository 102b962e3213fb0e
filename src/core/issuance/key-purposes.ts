import { purpose } from "../x509/oids.ts";
import type { Role } from "./role.ts";
import { extendedKeyUsageWords, knownWord } from "./usages.ts";

/** Dotted oids of a role's extended key usages: its flags, its words in the standard order, then its own oids. */
export const extendedUsagesOf = (role: Role): readonly string[] => {
  const wanted = new Set(role.extKeyUsage.map((word) => knownWord(word, extendedKeyUsageWords)));
  const flags: readonly (readonly [boolean, string])[] = [
    [role.serverFlag, purpose.serverAuth],
    [role.clientFlag, purpose.clientAuth],
    [role.codeSigningFlag, purpose.codeSigning],
    [role.emailProtectionFlag, purpose.emailProtection],
  ];
  const named = Object.entries(extendedKeyUsageWords)
    .filter(([word, oid]) => wanted.has(word) || flags.some(([on, flag]) => on && flag === oid))
    .map(([, oid]) => oid);
  return [...new Set([...named, ...role.extKeyUsageOids])];
};
