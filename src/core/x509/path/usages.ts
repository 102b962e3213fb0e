import type { Certificate, KeyUsage } from "../../model/certificate.ts";
import { oidName, purpose } from "../oids.ts";
import { pathFailure, type PathFailure } from "./failure.ts";
import type { Profile } from "./profile.ts";

export type Usage = "serverAuth" | "clientAuth" | "codeSigning" | "emailProtection" | "any";

const isFor = (oids: readonly string[], usage: Usage, profile: Profile): boolean =>
  oids.includes(purpose[usage]) || (profile.anyUsage && oids.includes(purpose.any));

/**
 * Extended key usage from the anchor down: a certificate that lists usages takes all others from those below it.
 * RFC 5280 speaks of the leaf only, but Go, OpenSSL, NSS and the web PKI all nest.
 * The chain passes when one of `usages` is left at the leaf.
 */
export const checkExtendedUsages = (
  chain: readonly Certificate[],
  usages: readonly Usage[],
  profile: Profile,
): PathFailure | undefined => {
  if (usages.includes("any")) return undefined;
  let left = usages;
  for (let index = chain.length - 1; index >= 0; index--) {
    const oids = chain[index]!.extendedKeyUsage;
    // An empty list is no restriction to Go, whose parser cannot tell it from an absent one.
    if (oids === undefined || (oids.length === 0 && profile.name === "go")) continue;
    const kept = left.filter((usage) => isFor(oids, usage, profile));
    if (kept.length === 0)
      return pathFailure("incompatible-usage", chain, index, {
        wanted: left,
        found: oids.map(oidName),
        isLeaf: index === 0,
      });
    left = kept;
  }
  return undefined;
};

/** check_purpose_ssl_server and _client, check_purpose_smime_sign in OpenSSL's v3_purp.c: any one of these bits. */
const leafBits: Readonly<Partial<Record<Usage, readonly KeyUsage[]>>> = {
  serverAuth: ["digitalSignature", "keyEncipherment", "keyAgreement"],
  clientAuth: ["digitalSignature", "keyAgreement"],
  emailProtection: ["digitalSignature", "contentCommitment"],
};

/** Key usage of the leaf, where the verifier looks at it: absent means all bits (RFC 5280 section 4.2.1.3). */
export const checkLeafKeyUsage = (
  chain: readonly Certificate[],
  usages: readonly Usage[],
  profile: Profile,
): PathFailure | undefined => {
  const found = chain[0]!.keyUsage;
  if (!profile.leafKeyUsage || found === undefined || usages.includes("any")) return undefined;
  const wanted = usages.map((usage) => leafBits[usage] ?? ["digitalSignature" as const]);
  if (wanted.some((bits) => bits.some((bit) => found.includes(bit)))) return undefined;
  return pathFailure("key-usage", chain, 0, { wanted: [...new Set(wanted.flat())], found });
};
