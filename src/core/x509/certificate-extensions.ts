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
import { decodeValue, type ExtensionSpan } from "./extension-list.ts";
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

/**
 * Decodes what is understood into the fields of `d`, which are undefined before. Of an extension that appears twice
 * the first counts (that it does is a flaw already).
 */
export const decodeExtensions = (
  r: DerReader,
  spans: readonly ExtensionSpan[],
  d: DecodedExtensions,
): void => {
  for (const span of spans) {
    switch (span.oid) {
      case extension.keyUsage:
        d.keyUsage ??= decodeValue(r, span, readKeyUsage);
        break;
      case extension.extKeyUsage:
        d.extendedKeyUsage ??= decodeValue(r, span, readExtendedKeyUsage);
        break;
      case extension.basicConstraints:
        d.basicConstraints ??= decodeValue(r, span, readBasicConstraints);
        break;
      case extension.subjectAltName:
        d.subjectAltName ??= decodeValue(r, span, readAltName);
        break;
      case extension.subjectKeyIdentifier:
        d.subjectKeyIdentifier ??= decodeValue(r, span, readSubjectKeyIdentifier);
        break;
      case extension.authorityKeyIdentifier:
        d.authorityKeyIdentifier ??= decodeValue(r, span, readAuthorityKeyIdentifier);
        break;
      case extension.nameConstraints:
        d.nameConstraints ??= decodeValue(r, span, readNameConstraints);
        break;
      case extension.cRLDistributionPoints:
        d.crlDistributionPoints ??= decodeValue(r, span, readDistributionPoints);
        break;
      case extension.authorityInfoAccess:
        d.authorityInfoAccess ??= decodeValue(r, span, readAuthorityInfoAccess);
        break;
      case extension.certificatePolicies:
        d.policies ??= decodeValue(r, span, readPolicies);
        break;
      default:
    }
  }
};
