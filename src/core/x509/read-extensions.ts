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
import { viewOf } from "../bytes/compare.ts";
import { hexOf } from "../bytes/hex.ts";
import { Recent } from "../bytes/recent.ts";
import type { DerReader } from "./der-reader.ts";
import { readGeneralName, readGeneralNames } from "./read-general-name.ts";
import { tag } from "./tags.ts";

/** In bit order (RFC 5280 section 4.2.1.3). */
export const keyUsageBits: readonly KeyUsage[] = [
  "digitalSignature",
  "contentCommitment",
  "keyEncipherment",
  "dataEncipherment",
  "keyAgreement",
  "keyCertSign",
  "cRLSign",
  "encipherOnly",
  "decipherOnly",
];

/** Hexadecimal digits of an INTEGER's magnitude, as Certificate.serial has them: no sign octet, "00" for zero. */
export const serialText = (bytes: Uint8Array, start: number, stop: number): string => {
  let from = start;
  while (from < stop - 1 && bytes[from] === 0) from += 1;
  return hexOf(bytes, from, stop);
};

/** RFC 5280 section 4.2.1.9. */
export const readBasicConstraints = (r: DerReader): BasicConstraints => {
  const field = "basicConstraints";
  const outer = r.open(field);
  let ca = false;
  if (r.at(tag.boolean)) {
    r.next(field);
    ca = r.lastBoolean(field);
    if (!ca)
      r.flaw(
        "der.default-written",
        "basicConstraints writes cA FALSE, its default (X.690 section 11.5)",
        r.head,
      );
  }
  let pathLength = -1;
  if (r.more) {
    r.expect(tag.integer, field);
    pathLength = r.smallInteger("pathLenConstraint");
    if (!ca)
      r.flaw(
        "basic-constraints.path-length-without-ca",
        "pathLenConstraint without cA (RFC 5280 section 4.2.1.9)",
        r.head,
      );
  }
  r.leave(outer, field);
  return pathLength < 0 ? { ca } : { ca, pathLength };
};

/** One list for all certificates of the same usages: there are a handful. */
const usagesOfBits: (readonly KeyUsage[] | undefined)[] = Array.from({ length: 512 });

/** RFC 5280 section 4.2.1.3. */
export const readKeyUsage = (r: DerReader): readonly KeyUsage[] => {
  const field = "keyUsage";
  r.expect(tag.bitString, field);
  const unused = r.lastBitString(field);
  const { bytes, start, stop } = r;
  // 9 bits, the first of them the highest; unused ones count as zero whatever they are.
  const octets = stop - start - 1;
  const mask = 0xff << unused;
  const first = octets === 0 ? 0 : bytes[start + 1]! & (octets === 1 ? mask : 0xff);
  const second = octets < 2 ? 0 : bytes[start + 2]! & (octets === 2 ? mask : 0xff);
  const bits = (first << 1) | (second >> 7);
  const usages = (usagesOfBits[bits] ??= keyUsageBits.filter(
    (_, bit) => (bits & (0x100 >> bit)) !== 0,
  ));
  if (usages.length === 0)
    r.flaw("key-usage.none", "keyUsage has no bit set (RFC 5280 section 4.2.1.3)", start);
  // A list of named bits ends in a one (X.690 section 11.2.2).
  else if ((bytes[stop - 1]! & (1 << unused)) === 0)
    r.flaw("der.named-bits", "keyUsage has zero bits at its end (X.690 section 11.2.2)", start);
  return usages;
};

/** Lists without a flaw: again a handful for all certificates. */
const recentPurposes = new Recent<readonly string[]>(64, 128);

/** RFC 5280 section 4.2.1.12. */
export const readExtendedKeyUsage = (r: DerReader): readonly string[] => {
  const field = "extendedKeyUsage";
  r.expect(tag.sequence, field);
  const { bytes, head, stop } = r;
  const known = recentPurposes.find(bytes, head, stop);
  if (known !== undefined) return known;
  const flaws = r.findings.flaws.length;
  const outer = r.enter();
  const purposes: string[] = [];
  while (r.more) purposes.push(r.oid(field));
  if (purposes.length === 0) r.flaw("extended-key-usage.none", "extendedKeyUsage is empty", head);
  r.leave(outer, field);
  if (r.findings.flaws.length === flaws) recentPurposes.keep(bytes, head, stop, purposes);
  return purposes;
};

/** RFC 5280 section 4.2.1.6; also issuerAltName. */
export const readAltName = (r: DerReader): readonly GeneralName[] => {
  const field = "subjectAltName";
  const outer = r.open(field);
  const names = readGeneralNames(r, field);
  r.leave(outer, field);
  return names;
};

/** RFC 5280 section 4.2.1.2. */
export const readSubjectKeyIdentifier = (r: DerReader): Uint8Array => {
  r.expect(tag.octetString, "subjectKeyIdentifier");
  if (r.start === r.stop) r.flaw("key-identifier.empty", "subjectKeyIdentifier is empty", r.head);
  return r.contents();
};

/** RFC 5280 section 4.2.1.1. */
export const readAuthorityKeyIdentifier = (r: DerReader): AuthorityKeyIdentifier => {
  const field = "authorityKeyIdentifier";
  const outer = r.open(field);
  let keyIdentifier: Uint8Array | undefined;
  let issuer: readonly GeneralName[] | undefined;
  let serial: string | undefined;
  if (r.at(0x80)) {
    r.next(field);
    keyIdentifier = r.contents();
  }
  if (r.at(0xa1)) {
    const inner = r.open(field, 0xa1);
    issuer = readGeneralNames(r, field);
    r.leave(inner, field);
  }
  if (r.at(0x82)) {
    r.next(field);
    r.checkInteger(field);
    serial = serialText(r.bytes, r.start, r.stop);
  }
  if ((issuer === undefined) !== (serial === undefined))
    r.flaw(
      "authority-key-identifier.half",
      "authorityKeyIdentifier has only one of issuer and serial number (RFC 5280 section 4.2.1.1)",
      r.head,
    );
  r.leave(outer, field);
  if (keyIdentifier !== undefined && issuer === undefined && serial === undefined)
    return { keyIdentifier };
  return {
    ...(keyIdentifier === undefined ? undefined : { keyIdentifier }),
    ...(issuer === undefined ? undefined : { issuer }),
    ...(serial === undefined ? undefined : { serial }),
  };
};

const readSubtrees = (r: DerReader, field: string): GeneralName[] => {
  const bases: GeneralName[] = [];
  while (r.more) {
    const outer = r.open(field);
    bases.push(readGeneralName(r, field, true));
    if (r.more) {
      r.flaw(
        "name-constraints.minimum",
        "a name constraint has a minimum or maximum (RFC 5280 section 4.2.1.10 forbids both)",
        r.position,
      );
      r.position = r.end;
    }
    r.leave(outer, field);
  }
  if (bases.length === 0) r.flaw("name-constraints.none", `${field} is empty`, r.head);
  return bases;
};

/** RFC 5280 section 4.2.1.10. */
export const readNameConstraints = (r: DerReader): NameConstraints => {
  const field = "nameConstraints";
  const outer = r.open(field);
  let permitted: readonly GeneralName[] = [];
  let excluded: readonly GeneralName[] = [];
  if (!r.more) r.flaw("name-constraints.none", "nameConstraints is empty", r.head);
  if (r.at(0xa0)) {
    const inner = r.open(field, 0xa0);
    permitted = readSubtrees(r, "permittedSubtrees");
    r.leave(inner, field);
  }
  if (r.at(0xa1)) {
    const inner = r.open(field, 0xa1);
    excluded = readSubtrees(r, "excludedSubtrees");
    r.leave(inner, field);
  }
  r.leave(outer, field);
  return { permitted, excluded };
};

const readDistributionPoint = (r: DerReader, field: string): DistributionPoint => {
  const outer = r.open(field);
  let fullName: readonly GeneralName[] = [];
  let crlIssuer: readonly GeneralName[] = [];
  let reasons: Uint8Array | undefined;
  if (r.at(0xa0)) {
    const choice = r.open(field, 0xa0);
    r.next(field);
    if (r.tag === 0xa0) {
      const inner = r.enter();
      fullName = readGeneralNames(r, field);
      r.leave(inner, field);
    } else if (r.tag === 0xa1) r.checkNested(field);
    else r.fatal(`${field} has a name of unknown form`, r.head);
    r.leave(choice, field);
  }
  if (r.at(0x81)) {
    r.next(field);
    r.lastBitString(field);
    reasons = viewOf(r.bytes, r.start + 1, r.stop);
  }
  if (r.at(0xa2)) {
    const inner = r.open(field, 0xa2);
    crlIssuer = readGeneralNames(r, field);
    r.leave(inner, field);
  }
  r.leave(outer, field);
  return reasons === undefined ? { fullName, crlIssuer } : { fullName, crlIssuer, reasons };
};

/** RFC 5280 section 4.2.1.13. */
export const readDistributionPoints = (r: DerReader): readonly DistributionPoint[] => {
  const field = "cRLDistributionPoints";
  const outer = r.open(field);
  const points: DistributionPoint[] = [];
  while (r.more) points.push(readDistributionPoint(r, field));
  if (points.length === 0) r.flaw("distribution-points.none", `${field} is empty`, r.head);
  r.leave(outer, field);
  return points;
};

/** RFC 5280 section 4.2.2.1. */
export const readAuthorityInfoAccess = (r: DerReader): readonly AccessDescription[] => {
  const field = "authorityInfoAccess";
  const outer = r.open(field);
  const descriptions: AccessDescription[] = [];
  while (r.more) {
    const inner = r.open(field);
    const method = r.oid(field);
    descriptions.push({ method, location: readGeneralName(r, field) });
    r.leave(inner, field);
  }
  if (descriptions.length === 0) r.flaw("authority-info-access.none", `${field} is empty`, r.head);
  r.leave(outer, field);
  return descriptions;
};

/** RFC 5280 section 4.2.1.4. */
export const readPolicies = (r: DerReader): readonly PolicyInformation[] => {
  const field = "certificatePolicies";
  const outer = r.open(field);
  const policies: PolicyInformation[] = [];
  while (r.more) {
    const inner = r.open(field);
    const oid = r.oid(field);
    if (r.more) {
      r.expect(tag.sequence, "policyQualifiers");
      r.checkNested("policyQualifiers");
      policies.push({ oid, qualifiers: r.element() });
    } else policies.push({ oid });
    r.leave(inner, field);
  }
  if (policies.length === 0) r.flaw("policies.none", `${field} is empty`, r.head);
  else if (new Set(policies.map((p) => p.oid)).size !== policies.length)
    r.flaw(
      "policies.duplicate",
      `${field} names a policy twice (RFC 5280 section 4.2.1.4)`,
      r.head,
    );
  r.leave(outer, field);
  return policies;
};
