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
import { readCertificateExtensions, type DecodedExtensions } from "./certificate-extensions.ts";
import { extensionOf, readExtensionSpans } from "./extension-list.ts";
import { readPublicKey } from "./public-key.ts";
import { serialText } from "./read-extensions.ts";
import { readName, readSharedName } from "./read-name.ts";
import { Findings, type Reading } from "./reading.ts";
import { tag } from "./tags.ts";
import { readTime } from "./time.ts";

/**
 * A certificate as read. Views of its bytes and its hash are made when first asked for: most readers of most
 * certificates want a few of them.
 * Some fields are on the class, not on the object: name what you need rather than spreading it.
 */
class ParsedCertificate implements Certificate, DecodedExtensions {
  declare readonly der: Uint8Array;
  declare readonly version: 1 | 2 | 3;
  declare readonly serial: string;
  declare readonly serialNegative: boolean;
  declare readonly issuer: DistinguishedName;
  declare readonly subject: DistinguishedName;
  declare readonly notBefore: Instant;
  declare readonly notAfter: Instant;
  declare readonly publicKey: PublicKey;
  declare readonly signatureAlgorithm: AlgorithmIdentifier;
  declare readonly tbsSignatureAlgorithm: AlgorithmIdentifier;
  declare readonly flaws: readonly Flaw[];
  declare private readonly digests: Digests;
  /** Where the list of extensions begins; 0 when there is none. */
  declare private readonly extensionsStart: number;
  declare private readonly tbsStart: number;
  declare private readonly tbsStop: number;
  declare private readonly signatureStart: number;
  declare private readonly signatureStop: number;
  basicConstraints: BasicConstraints | undefined = undefined;
  keyUsage: readonly KeyUsage[] | undefined = undefined;
  extendedKeyUsage: readonly string[] | undefined = undefined;
  subjectAltName: readonly GeneralName[] | undefined = undefined;
  subjectKeyIdentifier: Uint8Array | undefined = undefined;
  authorityKeyIdentifier: AuthorityKeyIdentifier | undefined = undefined;
  nameConstraints: NameConstraints | undefined = undefined;
  crlDistributionPoints: readonly DistributionPoint[] | undefined = undefined;
  authorityInfoAccess: readonly AccessDescription[] | undefined = undefined;
  policies: readonly PolicyInformation[] | undefined = undefined;
  private tbsView: Uint8Array | undefined = undefined;
  private signatureView: Uint8Array | undefined = undefined;
  private hashed: Fingerprint | undefined = undefined;
  private extensionViews: readonly Extension[] | undefined = undefined;

  constructor(input: Uint8Array, digests: Digests, findings: Findings) {
    const r = new DerReader(input, findings);
    const whole = r.open("certificate");
    const end = r.end;
    this.der =
      end === input.length && Object.getPrototypeOf(input) === Uint8Array.prototype
        ? input
        : viewOf(input, 0, end);
    this.digests = digests;
    this.flaws = findings.flaws;

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
    this.extensionsStart = readExtensionField(r, this);
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
    return (this.extensionViews ??= this.readExtensionViews());
  }

  /** Reads the list once more: few want it, and all pay for what is kept. */
  private readExtensionViews(): readonly Extension[] {
    if (this.extensionsStart === 0) return [];
    const findings = new Findings("the certificate", "tolerant");
    const r = new DerReader(this.der, findings, this.extensionsStart);
    return readExtensionSpans(r).map((span) => extensionOf(this.der, span));
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
  if (r.at(0x81)) readUniqueIdentifier(r, version);
  if (r.at(0x82)) readUniqueIdentifier(r, version);
};

const readUniqueIdentifier = (r: DerReader, version: number): void => {
  r.next("unique identifier");
  r.lastBitString("unique identifier");
  if (version === 1)
    r.flaw(
      "certificate.unique-id-version",
      "a version 1 certificate has a unique identifier",
      r.head,
    );
};

/** Reads extensions [3] into the certificate; returns where the list begins, 0 when there is none. */
const readExtensionField = (
  r: DerReader,
  into: DecodedExtensions & { readonly version: number },
): number => {
  if (!r.at(0xa3)) return 0;
  if (into.version !== 3)
    r.flaw(
      "certificate.extensions-version",
      `a version ${into.version} certificate has extensions (RFC 5280 section 4.1.2.9)`,
      r.position,
    );
  const outer = r.open("extensions", 0xa3);
  const start = r.position;
  readCertificateExtensions(r, into);
  r.leave(outer, "extensions");
  return start;
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
