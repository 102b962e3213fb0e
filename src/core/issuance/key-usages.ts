import type { KeyAlgorithm, KeyUsage } from "../model/certificate.ts";
import type { Role } from "./role.ts";
import { keyUsageWords, knownWord } from "./usages.ts";

/**
 * Usages that a subject key of an algorithm cannot have. Vault writes its default keyEncipherment for EC keys too,
 * which zlint (e_ecdsa_allowed_ku) and pkilint count as an error.
 */
const impossible: Partial<Record<KeyAlgorithm, readonly KeyUsage[]>> = {
  // RFC 8813 section 3 on RFC 5480 section 3.
  ec: ["keyEncipherment", "dataEncipherment"],
  // RFC 8410 section 5.
  ed25519: ["keyEncipherment", "dataEncipherment", "keyAgreement", "encipherOnly", "decipherOnly"],
  // RFC 3279 section 2.3.1: RSA keys agree on nothing.
  rsa: ["keyAgreement", "encipherOnly", "decipherOnly"],
};

const inOrder: readonly KeyUsage[] = Object.values(keyUsageWords);

/** Bits of a role's key_usage in bit order; words that mean nothing are left out, as Vault does. */
export const roleKeyUsages = (role: Role): readonly KeyUsage[] => {
  const wanted = new Set<KeyUsage>();
  for (const word of role.keyUsage) {
    const known = knownWord(word, keyUsageWords);
    if (known !== undefined) wanted.add(keyUsageWords[known]!);
  }
  return inOrder.filter((usage) => wanted.has(usage));
};

/** The bits that the key can have; never none at all when some were wanted, for a KeyUsage of no bits is malformed. */
export const keyUsagesFor = (
  role: Role,
  algorithm: KeyAlgorithm,
  vaultIdentical: boolean,
): readonly KeyUsage[] => {
  const wanted = roleKeyUsages(role);
  if (vaultIdentical) return wanted;
  const possible = wanted.filter((usage) => impossible[algorithm]?.includes(usage) !== true);
  return possible.length === 0 && wanted.length > 0 ? ["digitalSignature"] : possible;
};
