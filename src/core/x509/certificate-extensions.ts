import type {
  AccessDescription,
  AuthorityKeyIdentifier,
  BasicConstraints,
  DistributionPoint,
  KeyUsage,
  NameConstraints,
  PolicyInformation,
} from "../model/certificate.ts";
import type { GeneralName } from "../model/name.ts";
import type { DerReader } from "./der-reader.ts";
import { decodeValue, noteDuplicate, readCritical } from "./extension-list.ts";
import { extension } from "./oids.ts";
import {
  readAltName,
  readAuthorityInfoAccess,
  readAuthorityKeyIdentifier,
  readBasicConstraints,
  readDistributionPoints,
  readExtendedKeyUsage,
  readKeyUsage,
  readNameConstraints,
  readPolicies,
  readSubjectKeyIdentifier,
} from "./read-extensions.ts";
import { tag } from "./tags.ts";

/** The extensions whose contents certwright understands; undefined when absent or not to be made out. */
export interface DecodedExtensions {
  basicConstraints: BasicConstraints | undefined;
  keyUsage: readonly KeyUsage[] | undefined;
  extendedKeyUsage: readonly string[] | undefined;
  subjectAltName: readonly GeneralName[] | undefined;
  subjectKeyIdentifier: Uint8Array | undefined;
  authorityKeyIdentifier: AuthorityKeyIdentifier | undefined;
  nameConstraints: NameConstraints | undefined;
  crlDistributionPoints: readonly DistributionPoint[] | undefined;
  authorityInfoAccess: readonly AccessDescription[] | undefined;
  policies: readonly PolicyInformation[] | undefined;
}

interface Decoder {
  readonly oid: string;
  readonly decode: (r: DerReader, into: DecodedExtensions) => void;
}

/** In the order of their bits in {@link readCertificateExtensions}. */
const decoders: readonly Decoder[] = [
  {
    oid: extension.keyUsage,
    decode: (r, into) => (into.keyUsage = decodeValue(r, r, readKeyUsage)),
  },
  {
    oid: extension.extKeyUsage,
    decode: (r, into) => (into.extendedKeyUsage = decodeValue(r, r, readExtendedKeyUsage)),
  },
  {
    oid: extension.basicConstraints,
    decode: (r, into) => (into.basicConstraints = decodeValue(r, r, readBasicConstraints)),
  },
  {
    oid: extension.subjectAltName,
    decode: (r, into) => (into.subjectAltName = decodeValue(r, r, readAltName)),
  },
  {
    oid: extension.subjectKeyIdentifier,
    decode: (r, into) => (into.subjectKeyIdentifier = decodeValue(r, r, readSubjectKeyIdentifier)),
  },
  {
    oid: extension.authorityKeyIdentifier,
    decode: (r, into) =>
      (into.authorityKeyIdentifier = decodeValue(r, r, readAuthorityKeyIdentifier)),
  },
  {
    oid: extension.nameConstraints,
    decode: (r, into) => (into.nameConstraints = decodeValue(r, r, readNameConstraints)),
  },
  {
    oid: extension.cRLDistributionPoints,
    decode: (r, into) => (into.crlDistributionPoints = decodeValue(r, r, readDistributionPoints)),
  },
  {
    oid: extension.authorityInfoAccess,
    decode: (r, into) => (into.authorityInfoAccess = decodeValue(r, r, readAuthorityInfoAccess)),
  },
  {
    oid: extension.certificatePolicies,
    decode: (r, into) => (into.policies = decodeValue(r, r, readPolicies)),
  },
];

/** Index in `decoders`, -1 for what is not understood. The strings are shared, so that this compares pointers. */
const bitOf = (oid: string): number => {
  for (let bit = 0; bit < decoders.length; bit++) if (decoders[bit]!.oid === oid) return bit;
  return -1;
};

const field = "extensions";

/**
 * Reads Extensions in one pass, as `readExtensionSpans` does, and decodes what is understood into the fields of
 * `into`, which are undefined before. Of an extension that appears twice the first counts.
 */
export const readCertificateExtensions = (r: DerReader, into: DecodedExtensions): void => {
  const outer = r.open(field);
  if (!r.more) r.flaw("extensions.none", "the list of extensions is empty", r.head);
  let seen = 0;
  let others: Set<string> | undefined;
  while (r.more) {
    const inner = r.open(field);
    const oid = r.oid(field);
    readCritical(r, oid);
    r.expect(tag.octetString, field);
    const bit = bitOf(oid);
    if (bit < 0) {
      others ??= new Set();
      if (others.has(oid)) noteDuplicate(r, oid, r.start);
      others.add(oid);
    } else if ((seen & (1 << bit)) !== 0) noteDuplicate(r, oid, r.start);
    else {
      seen |= 1 << bit;
      decoders[bit]!.decode(r, into);
    }
    r.leave(inner, field);
  }
  r.leave(outer, field);
};
