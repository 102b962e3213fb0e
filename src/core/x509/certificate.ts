import { failure } from "../errors/certwright-error.ts";
import type {
  AccessDescription,
  AlgorithmIdentifier,
  AuthorityKeyIdentifier,
  BasicConstraints,
  Certificate,
  DistributionPoint,
  Extension,
  Fingerprint,
  Flaw,
  Instant,
  KeyUsage,
  NameConstraints,
  PolicyInformation,
  PublicKey,
} from "../model/certificate.ts";
import type { Digests } from "../model/cryptography.ts";
import type { DistinguishedName, GeneralName } from "../model/name.ts";
import { equalRanges, viewOf } from "../bytes/compare.ts";
import { readAlgorithm } from "./algorithms.ts";
import { maxCertificateBytes } from "./budgets.ts";
import { DerReader } from "./der-reader.ts";
import {
  decodeValue,
  extensionOf,
  readExtensionSpans,
  type ExtensionSpan,
} from "./extension-list.ts";
import { extension } from "./oids.ts";
import { readPublicKey } from "./public-key.ts";
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
  serialText,
} from "./read-extensions.ts";
import { readName, readSharedName } from "./read-name.ts";
import { Findings, type Reading } from "./reading.ts";
import { tag } from "./tags.ts";
import { readTime } from "./time.ts";

/** Marks an extension that was looked for and is not there (or could not be made out). */
const absent = Symbol("absent");

/**
 * A certificate whose extensions are decoded when first asked for, and whose views and hashes are made then too:
 * most readers of most certificates want a few fields of many.
 * The fields are on the class, not on the object: name what you need rather than spreading it.
 */
class ParsedCertificate implements Certificate {
  readonly der: Uint8Array;
  readonly version: 1 | 2 | 3;
  readonly serial: string;
  readonly serialNegative: boolean;
  readonly issuer: DistinguishedName;
  readonly subject: DistinguishedName;
  readonly notBefore: Instant;
  readonly notAfter: Instant;
  readonly publicKey: PublicKey;
  readonly signatureAlgorithm: AlgorithmIdentifier;
  readonly tbsSignatureAlgorithm: AlgorithmIdentifier;
  private readonly digests: Digests;
  private readonly findings: Findings;
  private readonly tbsStart: number;
  private readonly tbsStop: number;
  private readonly signatureStart: number;
  private readonly signatureStop: number;
  private readonly spans: readonly ExtensionSpan[];
  private tbsView: Uint8Array | undefined = undefined;
  private signatureView: Uint8Array | undefined = undefined;
  private hashed: Fingerprint | undefined = undefined;
  private extensionViews: readonly Extension[] | undefined = undefined;
  private basicConstraintsValue: BasicConstraints | typeof absent | undefined = undefined;
  private keyUsageValue: readonly KeyUsage[] | typeof absent | undefined = undefined;
  private extendedKeyUsageValue: readonly string[] | typeof absent | undefined = undefined;
  private subjectAltNameValue: readonly GeneralName[] | typeof absent | undefined = undefined;
  private subjectKeyIdentifierValue: Uint8Array | typeof absent | undefined = undefined;
  private authorityKeyIdentifierValue: AuthorityKeyIdentifier | typeof absent | undefined =
    undefined;
  private nameConstraintsValue: NameConstraints | typeof absent | undefined = undefined;
  private distributionPointsValue: readonly DistributionPoint[] | typeof absent | undefined =
    undefined;
  private infoAccessValue: readonly AccessDescription[] | typeof absent | undefined = undefined;
  private policiesValue: readonly PolicyInformation[] | typeof absent | undefined = undefined;

  constructor(input: Uint8Array, digests: Digests, findings: Findings) {
    const r = new DerReader(input, findings);
    const whole = r.open("certificate");
    const end = r.end;
    this.der = viewOf(input, 0, end);
    this.digests = digests;
    this.findings = findings;

    const outer = r.open("tbsCertificate");
    this.tbsStart = r.head;
    this.tbsStop = r.stop;
    this.version = readVersion(r);
    r.integer("serialNumber");
    this.serialNegative = input[r.start]! >= 0x80;
    this.serial = serialText(input, r.start, r.stop);
    checkSerial(r, this.serial);
    const innerStart = r.position;
    this.tbsSignatureAlgorithm = readAlgorithm(r, "signature algorithm");
    const innerStop = r.position;
    this.issuer = readSharedName(r, "issuer");
    if (this.issuer.rdns.length === 0)
      r.flaw("certificate.issuer-empty", "issuer is empty (RFC 5280 section 4.1.2.4)", r.head);
    const validity = r.open("validity");
    this.notBefore = readTime(r, "notBefore");
    this.notAfter = readTime(r, "notAfter");
    r.leave(validity, "validity");
    this.subject = readName(r, "subject");
    this.publicKey = readPublicKey(r, digests);
    readUniqueIdentifiers(r, this.version);
    this.spans = readExtensionField(r, this.version);
    r.leave(outer, "tbsCertificate");

    const algorithmStart = r.position;
    if (sameElement(r, innerStart, innerStop)) this.signatureAlgorithm = this.tbsSignatureAlgorithm;
    else {
      this.signatureAlgorithm = readAlgorithm(r, "signatureAlgorithm");
      r.flaw(
        "certificate.algorithm-mismatch",
        "signatureAlgorithm differs from the one inside the TBSCertificate (RFC 5280 section 4.1.1.2)",
        algorithmStart,
      );
    }
    r.expect(tag.bitString, "signatureValue");
    if (r.lastBitString("signatureValue") !== 0)
      r.flaw("der.bit-string-partial", "signatureValue is not a whole number of octets", r.start);
    this.signatureStart = r.start + 1;
    this.signatureStop = r.stop;
    r.leave(whole, "certificate");
    if (r.more)
      r.flaw("der.trailing-data", `${r.end - r.position} bytes behind the certificate`, r.position);
    if (findings.strict) this.decodeAll();
  }

  get fingerprint(): Fingerprint {
    return (this.hashed ??= this.digests.sha256Hex(this.der) as Fingerprint);
  }

  get tbs(): Uint8Array {
    return (this.tbsView ??= viewOf(this.der, this.tbsStart, this.tbsStop));
  }

  get signature(): Uint8Array {
    return (this.signatureView ??= viewOf(this.der, this.signatureStart, this.signatureStop));
  }

  get extensions(): readonly Extension[] {
    return (this.extensionViews ??= this.spans.map((span) => extensionOf(this.der, span)));
  }

  get basicConstraints(): BasicConstraints | undefined {
    const value = (this.basicConstraintsValue ??= this.decode(
      extension.basicConstraints,
      readBasicConstraints,
    ));
    return value === absent ? undefined : value;
  }

  get keyUsage(): readonly KeyUsage[] | undefined {
    const value = (this.keyUsageValue ??= this.decode(extension.keyUsage, readKeyUsage));
    return value === absent ? undefined : value;
  }

  get extendedKeyUsage(): readonly string[] | undefined {
    const value = (this.extendedKeyUsageValue ??= this.decode(
      extension.extKeyUsage,
      readExtendedKeyUsage,
    ));
    return value === absent ? undefined : value;
  }

  get subjectAltName(): readonly GeneralName[] | undefined {
    const value = (this.subjectAltNameValue ??= this.decode(extension.subjectAltName, readAltName));
    return value === absent ? undefined : value;
  }

  get subjectKeyIdentifier(): Uint8Array | undefined {
    const value = (this.subjectKeyIdentifierValue ??= this.decode(
      extension.subjectKeyIdentifier,
      readSubjectKeyIdentifier,
    ));
    return value === absent ? undefined : value;
  }

  get authorityKeyIdentifier(): AuthorityKeyIdentifier | undefined {
    const value = (this.authorityKeyIdentifierValue ??= this.decode(
      extension.authorityKeyIdentifier,
      readAuthorityKeyIdentifier,
    ));
    return value === absent ? undefined : value;
  }

  get nameConstraints(): NameConstraints | undefined {
    const value = (this.nameConstraintsValue ??= this.decode(
      extension.nameConstraints,
      readNameConstraints,
    ));
    return value === absent ? undefined : value;
  }

  get crlDistributionPoints(): readonly DistributionPoint[] | undefined {
    const value = (this.distributionPointsValue ??= this.decode(
      extension.cRLDistributionPoints,
      readDistributionPoints,
    ));
    return value === absent ? undefined : value;
  }

  get authorityInfoAccess(): readonly AccessDescription[] | undefined {
    const value = (this.infoAccessValue ??= this.decode(
      extension.authorityInfoAccess,
      readAuthorityInfoAccess,
    ));
    return value === absent ? undefined : value;
  }

  get policies(): readonly PolicyInformation[] | undefined {
    const value = (this.policiesValue ??= this.decode(extension.certificatePolicies, readPolicies));
    return value === absent ? undefined : value;
  }

  get flaws(): readonly Flaw[] {
    if (!this.findings.strict) this.decodeAll();
    return this.findings.flaws;
  }

  private decode<T>(oid: string, read: (r: DerReader) => T): T | typeof absent {
    for (const span of this.spans)
      if (span.oid === oid)
        return (
          decodeValue(new DerReader(this.der, this.findings, span.start, span.stop), read) ?? absent
        );
    return absent;
  }

  /** Decodes whatever was not asked for yet, so that its flaws are known. */
  private decodeAll(): void {
    void this.basicConstraints;
    void this.keyUsage;
    void this.extendedKeyUsage;
    void this.subjectAltName;
    void this.subjectKeyIdentifier;
    void this.authorityKeyIdentifier;
    void this.nameConstraints;
    void this.crlDistributionPoints;
    void this.authorityInfoAccess;
    void this.policies;
  }
}

/** Version ::= [0] EXPLICIT INTEGER DEFAULT v1 (RFC 5280 section 4.1.2.1). */
const readVersion = (r: DerReader): 1 | 2 | 3 => {
  if (!r.at(0xa0)) return 1;
  const outer = r.open("version", 0xa0);
  r.expect(tag.integer, "version");
  const version = r.smallInteger("version");
  if (version === 0)
    r.flaw(
      "der.default-written",
      "version 1 is written out, its default (X.690 section 11.5)",
      r.head,
    );
  else if (version > 2) r.fatal(`version ${version + 1} is not known`, r.head);
  r.leave(outer, "version");
  return version === 0 ? 1 : version === 1 ? 2 : 3;
};

/** RFC 5280 section 4.1.2.2. The reader's last element is the serial number. */
const checkSerial = (r: DerReader, serial: string): void => {
  const octets = r.stop - r.start;
  if (r.bytes[r.start]! >= 0x80)
    r.flaw(
      "certificate.serial-negative",
      "serialNumber is negative (RFC 5280 section 4.1.2.2)",
      r.head,
    );
  else if (serial === "00")
    r.flaw("certificate.serial-zero", "serialNumber is zero (RFC 5280 section 4.1.2.2)", r.head);
  if (octets > 20)
    r.flaw(
      "certificate.serial-long",
      `serialNumber has ${octets} octets, more than 20 (RFC 5280 section 4.1.2.2)`,
      r.head,
    );
};

/** issuerUniqueID [1] and subjectUniqueID [2]: read over (RFC 5280 section 4.1.2.8), only for version 2 or 3. */
const readUniqueIdentifiers = (r: DerReader, version: number): void => {
  for (const unique of [0x81, 0x82])
    if (r.at(unique)) {
      r.next("unique identifier");
      r.lastBitString("unique identifier");
      if (version === 1)
        r.flaw(
          "certificate.unique-id-version",
          "a version 1 certificate has a unique identifier",
          r.head,
        );
    }
};

const noSpans: readonly ExtensionSpan[] = [];

const readExtensionField = (r: DerReader, version: number): readonly ExtensionSpan[] => {
  if (!r.at(0xa3)) return noSpans;
  if (version !== 3)
    r.flaw(
      "certificate.extensions-version",
      `a version ${version} certificate has extensions (RFC 5280 section 4.1.2.9)`,
      r.position,
    );
  const outer = r.open("extensions", 0xa3);
  const spans = readExtensionSpans(r);
  r.leave(outer, "extensions");
  return spans;
};

/** Whether the next element is, byte for byte, the earlier one; steps over it when it is. */
const sameElement = (r: DerReader, start: number, stop: number): boolean => {
  const length = stop - start;
  if (r.end - r.position < length || !equalRanges(r.bytes, start, r.bytes, r.position, length))
    return false;
  r.next("signatureAlgorithm");
  return true;
};

/**
 * Reads one certificate (RFC 5280 section 4.1).
 * Strict throws x509.malformed at the first deviation from DER or from RFC 5280's structure; tolerant collects
 * deviations in `flaws` and throws the same only when no certificate can be made out. Both throw x509.too-big.
 * Policy (who may sign, for how long, for whom) is the path builder's, not the reader's.
 */
export const parseCertificate = (
  der: Uint8Array,
  options: { readonly digests: Digests; readonly reading: Reading },
): Certificate => {
  if (der.length > maxCertificateBytes)
    throw failure("x509.too-big", {
      what: "the certificate",
      size: der.length,
      limit: maxCertificateBytes,
    });
  return new ParsedCertificate(
    der,
    options.digests,
    new Findings("the certificate", options.reading),
  );
};
