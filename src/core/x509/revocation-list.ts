import { failure } from "../errors/certwright-error.ts";
import type { Flaw, Instant } from "../model/certificate.ts";
import type { SignatureAlgorithm } from "../model/key.ts";
import type {
  RevocationList,
  RevocationReason,
  RevokedCertificate,
} from "../model/revocation-list.ts";
import { bytesOfHex } from "../bytes/hex.ts";
import { equalRanges, viewOf } from "../bytes/compare.ts";
import { readAlgorithm, signatureAlgorithmDer } from "./algorithms.ts";
import { maxRevocationListBytes } from "./budgets.ts";
import { DerReader } from "./der-reader.ts";
import { DerWriter } from "./der-writer.ts";
import {
  decodeValue,
  extensionOf,
  readExtensionSpans,
  type ExtensionSpan,
} from "./extension-list.ts";
import { extension } from "./oids.ts";
import { readAuthorityKeyIdentifier, serialText } from "./read-extensions.ts";
import { readName } from "./read-name.ts";
import { Findings, type Reading } from "./reading.ts";
import { tag } from "./tags.ts";
import { readTime } from "./time.ts";
import { timeDer } from "./write-certificate.ts";
import { writeExtensions } from "./write-extensions.ts";

/** CRLReason by number (RFC 5280 section 5.3.1); 7 is not used. */
const reasons: readonly (RevocationReason | undefined)[] = [
  "unspecified",
  "keyCompromise",
  "cACompromise",
  "affiliationChanged",
  "superseded",
  "cessationOfOperation",
  "certificateHold",
  undefined,
  "removeFromCRL",
  "privilegeWithdrawn",
  "aACompromise",
];

const readReason = (r: DerReader): RevocationReason | undefined => {
  r.expect(tag.enumerated, "reasonCode");
  const reason = reasons[r.smallInteger("reasonCode")];
  if (reason === undefined)
    r.flaw("revocation-list.reason", "reasonCode is none of RFC 5280 section 5.3.1", r.head);
  return reason;
};

const readRevoked = (r: DerReader): RevokedCertificate => {
  const field = "revokedCertificates";
  const outer = r.open(field);
  r.integer(field);
  const serial = serialText(r.bytes, r.start, r.stop);
  const revokedAt = readTime(r, field);
  let reason: RevocationReason | undefined;
  if (r.more)
    for (const span of readExtensionSpans(r))
      if (span.oid === extension.reasonCode) reason = decodeValue(r, span, readReason);
  r.leave(outer, field);
  return reason === undefined ? { serial, revokedAt } : { serial, revokedAt, reason };
};

const readNumber = (r: DerReader): bigint => {
  r.integer("cRLNumber");
  if (r.bytes[r.start]! >= 0x80) r.flaw("revocation-list.number", "cRLNumber is negative", r.head);
  if (r.stop - r.start > 20)
    r.flaw(
      "revocation-list.number",
      "cRLNumber has more than 20 octets (RFC 5280 section 5.2.3)",
      r.head,
    );
  return BigInt(`0x${serialText(r.bytes, r.start, Math.min(r.stop, r.start + 64))}`);
};

const readListExtensions = (r: DerReader, version: number): readonly ExtensionSpan[] => {
  if (!r.at(0xa0)) return [];
  if (version !== 2)
    r.flaw(
      "revocation-list.extensions-version",
      "a version 1 list has extensions (RFC 5280 section 5.1.2.1)",
      r.position,
    );
  const outer = r.open("crlExtensions", 0xa0);
  const spans = readExtensionSpans(r);
  r.leave(outer, "crlExtensions");
  return spans;
};

/** Reads a CRL (RFC 5280 section 5). Throws as parseCertificate does; its limit is 32 MiB. */
export const parseRevocationList = (
  der: Uint8Array,
  options: { readonly reading: Reading },
): RevocationList & { readonly flaws: readonly Flaw[] } => {
  const what = "the revocation list";
  if (der.length > maxRevocationListBytes)
    throw failure("x509.too-big", { what, size: der.length, limit: maxRevocationListBytes });
  const findings = new Findings(what, options.reading);
  const r = new DerReader(der, findings);
  const whole = r.open("certificateList");
  const end = r.end;
  const outer = r.open("tbsCertList");
  const tbs = viewOf(der, r.head, r.stop);
  let version = 1;
  if (r.at(tag.integer)) {
    r.next("version");
    version = r.smallInteger("version") + 1;
    if (version !== 2)
      r.flaw("revocation-list.version", `version ${version} is written out`, r.head);
  }
  const innerStart = r.position;
  readAlgorithm(r, "signature algorithm");
  const innerStop = r.position;
  const issuer = readName(r, "issuer");
  const thisUpdate = readTime(r, "thisUpdate");
  let nextUpdate: Instant | undefined;
  if (r.at(tag.utcTime) || r.at(tag.generalizedTime)) nextUpdate = readTime(r, "nextUpdate");
  const revoked: RevokedCertificate[] = [];
  if (r.at(tag.sequence)) {
    const list = r.open("revokedCertificates");
    if (!r.more)
      r.flaw(
        "revocation-list.empty-sequence",
        "an empty revokedCertificates must be absent (RFC 5280 section 5.1.2.6)",
        r.head,
      );
    while (r.more) revoked.push(readRevoked(r));
    r.leave(list, "revokedCertificates");
  }
  const spans = readListExtensions(r, version);
  r.leave(outer, "tbsCertList");
  const outerStart = r.position;
  const signatureAlgorithm = readAlgorithm(r, "signatureAlgorithm");
  if (
    r.position - outerStart !== innerStop - innerStart ||
    !equalRanges(der, innerStart, der, outerStart, innerStop - innerStart)
  )
    r.flaw(
      "revocation-list.algorithm-mismatch",
      "signatureAlgorithm differs from the one inside the TBSCertList (RFC 5280 section 5.1.1.2)",
      outerStart,
    );
  const signature = r.octetBits("signatureValue");
  r.leave(whole, "certificateList");
  if (r.more) r.flaw("der.trailing-data", `bytes behind ${what}`, r.position);

  const decode = <T>(oid: string, read: (reader: DerReader) => T): T | undefined => {
    const span = spans.find((s) => s.oid === oid);
    return span && decodeValue(r, span, read);
  };
  const number = decode(extension.cRLNumber, readNumber);
  const keyIdentifier = decode(
    extension.authorityKeyIdentifier,
    readAuthorityKeyIdentifier,
  )?.keyIdentifier;
  return {
    der: viewOf(der, 0, end),
    tbs,
    issuer,
    thisUpdate,
    ...(nextUpdate === undefined ? undefined : { nextUpdate }),
    ...(number === undefined ? undefined : { number }),
    revoked,
    extensions: spans.map((span) => extensionOf(der, span)),
    ...(keyIdentifier === undefined ? undefined : { authorityKeyIdentifier: keyIdentifier }),
    signatureAlgorithm,
    signature,
    flaws: findings.flaws,
  };
};

/**
 * DER of one entry of a CRL. Kept by the caller for as long as the certificate is listed, it makes the next list
 * of many entries five times cheaper. Throws x509.cannot-write.
 */
export const encodeRevoked = (revoked: RevokedCertificate): Uint8Array => {
  const w = new DerWriter(64);
  // RFC 5280 section 5.3.1: unspecified SHOULD be left out.
  if (revoked.reason !== undefined && revoked.reason !== "unspecified") {
    w.integer(reasons.indexOf(revoked.reason), tag.enumerated);
    w.close(tag.octetString, 0);
    w.oid(extension.reasonCode, "extension");
    w.close(tag.sequence, 0);
    w.close(tag.sequence, 0);
  }
  w.raw(timeDer(revoked.revokedAt, "revocation date"));
  const serial = bytesOfHex(revoked.serial);
  if (serial === undefined || serial.length === 0)
    throw failure("x509.cannot-write", {
      field: "revoked serial number",
      value: revoked.serial,
      why: "it is not an even number of hexadecimal digits",
    });
  w.unsigned(serial);
  w.close(tag.sequence, 0);
  return w.finish();
};

export interface RevocationListTemplate {
  /** DER of the issuer's subject. */
  readonly issuer: Uint8Array;
  readonly thisUpdate: Instant;
  readonly nextUpdate: Instant;
  /** Grows with each list (RFC 5280 section 5.2.3). */
  readonly number: bigint;
  /** Entries, or their DER from {@link encodeRevoked}. */
  readonly revoked: readonly (RevokedCertificate | Uint8Array)[];
  /** The issuer's subjectKeyIdentifier. */
  readonly authorityKeyIdentifier: Uint8Array;
  readonly signatureAlgorithm: SignatureAlgorithm;
}

const magnitudeOf = (value: bigint): Uint8Array => {
  const digits = value.toString(16);
  const octets =
    value < 0n ? undefined : bytesOfHex(digits.length % 2 === 0 ? digits : `0${digits}`);
  if (octets === undefined || octets.length > 19)
    throw failure("x509.cannot-write", {
      field: "CRL number",
      value: String(value),
      why: "it must be from 0 up and fit 20 octets (RFC 5280 section 5.2.3)",
    });
  return octets;
};

/** DER of the TBSCertList (RFC 5280 section 5.1), version 2. Its signed form is made by `assembleSigned`. */
export const writeTbsCertList = (list: RevocationListTemplate): Uint8Array => {
  const entries = list.revoked.map((entry) =>
    entry instanceof Uint8Array ? entry : encodeRevoked(entry),
  );
  const size = entries.reduce((sum, entry) => sum + entry.length, 0);
  const w = new DerWriter(size + 512);
  const number = new DerWriter(32);
  number.unsigned(magnitudeOf(list.number));
  writeExtensions(
    w,
    {
      authorityKeyIdentifier: { keyIdentifier: list.authorityKeyIdentifier },
      other: [{ oid: extension.cRLNumber, critical: false, value: number.finish() }],
    },
    false,
  );
  w.close(tag.sequence, 0);
  w.close(0xa0, 0);
  if (entries.length > 0) {
    const mark = w.mark;
    for (let i = entries.length - 1; i >= 0; i--) w.raw(entries[i]!);
    w.close(tag.sequence, mark);
  }
  w.raw(timeDer(list.nextUpdate, "nextUpdate"));
  w.raw(timeDer(list.thisUpdate, "thisUpdate"));
  w.raw(list.issuer);
  w.raw(signatureAlgorithmDer[list.signatureAlgorithm]);
  w.integer(1);
  w.close(tag.sequence, 0);
  return w.finish();
};
