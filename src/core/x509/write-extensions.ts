import { failure } from "../errors/certwright-error.ts";
import type { AuthorityKeyIdentifier, DistributionPoint, KeyUsage } from "../model/certificate.ts";
import type { GeneralName } from "../model/name.ts";
import type { ExtensionsTemplate } from "../model/template.ts";
import { bytesOfHex } from "../bytes/hex.ts";
import type { DerWriter } from "./der-writer.ts";
import { extension } from "./oids.ts";
import { keyUsageBits } from "./read-extensions.ts";
import { tag } from "./tags.ts";
import { writeGeneralName, writeGeneralNames } from "./write-name.ts";

const empty = (field: string): never => {
  throw failure("x509.cannot-write", { field, value: "", why: "an empty list cannot be encoded" });
};

const writeKeyUsage = (w: DerWriter, usages: readonly KeyUsage[]): void => {
  let bits = 0;
  for (const usage of usages) bits |= 0x8000 >> keyUsageBits.indexOf(usage);
  if (bits === 0) empty("keyUsage");
  // Named bits end in a one (X.690 section 11.2.2): as many octets and unused bits as that takes.
  const octets = (bits & 0xff) === 0 ? [bits >> 8] : [bits >> 8, bits & 0xff];
  const last = octets[octets.length - 1]!;
  const unused = 31 - Math.clz32(last & -last);
  w.element(tag.bitString, Uint8Array.from([unused, ...octets]));
};

const serialOctets = (serial: string): Uint8Array => {
  const octets = bytesOfHex(serial);
  if (octets === undefined || octets.length === 0)
    throw failure("x509.cannot-write", {
      field: "authority serial number",
      value: serial,
      why: "it is not an even number of hexadecimal digits",
    });
  return octets;
};

const writeAuthorityKeyIdentifier = (w: DerWriter, aki: AuthorityKeyIdentifier): void => {
  const mark = w.mark;
  if (aki.serial !== undefined) w.unsigned(serialOctets(aki.serial), 0x82);
  if (aki.issuer !== undefined) {
    const names = w.mark;
    writeGeneralNames(w, aki.issuer);
    w.close(0xa1, names);
  }
  if (aki.keyIdentifier !== undefined) w.element(0x80, aki.keyIdentifier);
  w.close(tag.sequence, mark);
};

const writeSubtrees = (w: DerWriter, bases: readonly GeneralName[], context: number): void => {
  if (bases.length === 0) return;
  const mark = w.mark;
  for (const base of bases.toReversed()) {
    const subtree = w.mark;
    writeGeneralName(w, base, true);
    w.close(tag.sequence, subtree);
  }
  w.close(context, mark);
};

const writeDistributionPoint = (w: DerWriter, point: DistributionPoint): void => {
  const mark = w.mark;
  if (point.crlIssuer.length > 0) {
    const names = w.mark;
    writeGeneralNames(w, point.crlIssuer);
    w.close(0xa2, names);
  }
  if (point.reasons !== undefined) {
    const bits = w.mark;
    w.raw(point.reasons);
    // Named bits again: trailing zeros are unused.
    const last = point.reasons[point.reasons.length - 1] ?? 0;
    w.octet(last === 0 ? 0 : 31 - Math.clz32(last & -last));
    w.close(0x81, bits);
  }
  if (point.fullName.length > 0) {
    const names = w.mark;
    writeGeneralNames(w, point.fullName);
    w.close(0xa0, names);
    w.close(0xa0, names);
  }
  w.close(tag.sequence, mark);
};

/** Heads the value written since `value` with OCTET STRING, criticality and identifier. */
const closeExtension = (w: DerWriter, oid: string, critical: boolean, value: number): void => {
  w.close(tag.octetString, value);
  if (critical) w.true();
  w.oid(oid, "extension");
  w.close(tag.sequence, value);
};

/**
 * Writes the extensions, without a SEQUENCE around them; returns whether there are any.
 * They appear in the order of the template's fields. `subjectEmpty` makes subjectAltName critical
 * (RFC 5280 section 4.2.1.6).
 */
export const writeExtensions = (
  w: DerWriter,
  e: ExtensionsTemplate,
  subjectEmpty: boolean,
): boolean => {
  const before = w.mark;
  for (const other of (e.other ?? []).toReversed()) {
    const value = w.mark;
    w.raw(other.value);
    closeExtension(w, other.oid, other.critical, value);
  }
  if (e.policies !== undefined) {
    const value = w.mark;
    for (const policy of e.policies.toReversed()) {
      const information = w.mark;
      if (policy.qualifiers !== undefined) w.raw(policy.qualifiers);
      w.oid(policy.oid, "certificate policy");
      w.close(tag.sequence, information);
    }
    if (e.policies.length === 0) empty("certificatePolicies");
    w.close(tag.sequence, value);
    closeExtension(w, extension.certificatePolicies, false, value);
  }
  if (e.authorityInfoAccess !== undefined) {
    const value = w.mark;
    for (const access of e.authorityInfoAccess.toReversed()) {
      const description = w.mark;
      writeGeneralName(w, access.location);
      w.oid(access.method, "access method");
      w.close(tag.sequence, description);
    }
    if (e.authorityInfoAccess.length === 0) empty("authorityInfoAccess");
    w.close(tag.sequence, value);
    closeExtension(w, extension.authorityInfoAccess, false, value);
  }
  if (e.crlDistributionPoints !== undefined) {
    const value = w.mark;
    for (const point of e.crlDistributionPoints.toReversed()) writeDistributionPoint(w, point);
    if (e.crlDistributionPoints.length === 0) empty("cRLDistributionPoints");
    w.close(tag.sequence, value);
    closeExtension(w, extension.cRLDistributionPoints, false, value);
  }
  if (e.nameConstraints !== undefined) {
    const { permitted, excluded } = e.nameConstraints;
    const value = w.mark;
    if (permitted.length + excluded.length === 0) empty("nameConstraints");
    writeSubtrees(w, excluded, 0xa1);
    writeSubtrees(w, permitted, 0xa0);
    w.close(tag.sequence, value);
    closeExtension(w, extension.nameConstraints, true, value);
  }
  if (e.authorityKeyIdentifier !== undefined) {
    const value = w.mark;
    writeAuthorityKeyIdentifier(w, e.authorityKeyIdentifier);
    closeExtension(w, extension.authorityKeyIdentifier, false, value);
  }
  if (e.subjectKeyIdentifier !== undefined) {
    const value = w.mark;
    w.octetString(e.subjectKeyIdentifier);
    closeExtension(w, extension.subjectKeyIdentifier, false, value);
  }
  if (e.subjectAltName !== undefined) {
    const value = w.mark;
    if (e.subjectAltName.length === 0) empty("subjectAltName");
    writeGeneralNames(w, e.subjectAltName);
    w.close(tag.sequence, value);
    closeExtension(w, extension.subjectAltName, subjectEmpty, value);
  }
  if (e.extendedKeyUsage !== undefined) {
    const value = w.mark;
    if (e.extendedKeyUsage.length === 0) empty("extendedKeyUsage");
    for (const oid of e.extendedKeyUsage.toReversed()) w.oid(oid, "extended key usage");
    w.close(tag.sequence, value);
    closeExtension(w, extension.extKeyUsage, false, value);
  }
  if (e.keyUsage !== undefined) {
    const value = w.mark;
    writeKeyUsage(w, e.keyUsage);
    closeExtension(w, extension.keyUsage, true, value);
  }
  if (e.basicConstraints !== undefined) {
    const { ca, pathLength } = e.basicConstraints;
    const value = w.mark;
    if (pathLength !== undefined) {
      if (!ca || !Number.isInteger(pathLength) || pathLength < 0)
        throw failure("x509.cannot-write", {
          field: "basicConstraints path length",
          value: String(pathLength),
          why: "only a CA has one, a number from 0 up (RFC 5280 section 4.2.1.9)",
        });
      w.integer(pathLength);
    }
    if (ca) w.true();
    w.close(tag.sequence, value);
    closeExtension(w, extension.basicConstraints, true, value);
  }
  return w.mark > before;
};

/** Refuses a template that would write one extension twice. */
export const checkExtensionsOnce = (e: ExtensionsTemplate): void => {
  const seen = new Set<string>([
    ...(e.basicConstraints === undefined ? [] : [extension.basicConstraints]),
    ...(e.keyUsage === undefined ? [] : [extension.keyUsage]),
    ...(e.extendedKeyUsage === undefined ? [] : [extension.extKeyUsage]),
    ...(e.subjectAltName === undefined ? [] : [extension.subjectAltName]),
    ...(e.subjectKeyIdentifier === undefined ? [] : [extension.subjectKeyIdentifier]),
    ...(e.authorityKeyIdentifier === undefined ? [] : [extension.authorityKeyIdentifier]),
    ...(e.nameConstraints === undefined ? [] : [extension.nameConstraints]),
    ...(e.crlDistributionPoints === undefined ? [] : [extension.cRLDistributionPoints]),
    ...(e.authorityInfoAccess === undefined ? [] : [extension.authorityInfoAccess]),
    ...(e.policies === undefined ? [] : [extension.certificatePolicies]),
  ]);
  for (const { oid } of e.other ?? []) {
    if (seen.has(oid))
      throw failure("x509.cannot-write", {
        field: "extension",
        value: oid,
        why: "a certificate has each extension once at most (RFC 5280 section 4.2)",
      });
    seen.add(oid);
  }
};
