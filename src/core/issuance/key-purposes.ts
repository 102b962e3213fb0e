import { purpose } from "../x509/oids.ts";
import type { Role } from "./role.ts";
import { extendedKeyUsageWords, knownWord } from "./usages.ts";

const inOrder: readonly string[] = Object.values(extendedKeyUsageWords);

/** Dotted oids of a role's extended key usages: its flags and its words in the standard order, then its own oids. */
export const extendedUsagesOf = (role: Role): readonly string[] => {
  const wanted = new Set<string>();
  if (role.serverFlag) wanted.add(purpose.serverAuth);
  if (role.clientFlag) wanted.add(purpose.clientAuth);
  if (role.codeSigningFlag) wanted.add(purpose.codeSigning);
  if (role.emailProtectionFlag) wanted.add(purpose.emailProtection);
  for (const word of role.extKeyUsage) {
    const known = knownWord(word, extendedKeyUsageWords);
    if (known !== undefined) wanted.add(extendedKeyUsageWords[known]!);
  }
  const named = inOrder.filter((oid) => wanted.has(oid));
  const own = role.extKeyUsageOids.filter((oid) => !wanted.has(oid));
  return own.length === 0 ? named : [...named, ...new Set(own)];
};
