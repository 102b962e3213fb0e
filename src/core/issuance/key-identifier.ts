import type { Digests } from "../model/cryptography.ts";
import { DerReader } from "../x509/der-reader.ts";
import { Findings } from "../x509/reading.ts";
import { tag } from "../x509/tags.ts";

/**
 * Key identifier of a SubjectPublicKeyInfo: SHA-1 of the key's bits (RFC 5280 section 4.2.1.2, method 1), as Vault,
 * OpenSSL and Go before 1.25 make it, so that a CA made elsewhere and renewed here keeps its identifier.
 * It is a label and no proof: SHA-1's collisions do no harm. Throws x509.malformed.
 */
export const subjectKeyIdentifier = (spki: Uint8Array, digests: Digests): Uint8Array => {
  const r = new DerReader(spki, new Findings("the public key", "strict"));
  r.open("subjectPublicKeyInfo");
  r.expect(tag.sequence, "algorithm");
  return digests.sha1(r.octetBits("subjectPublicKey"));
};
