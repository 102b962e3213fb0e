import { failure } from "../errors/certwright-error.ts";
import type { Instant } from "../model/certificate.ts";
import type { SignatureAlgorithm } from "../model/key.ts";
import type { CertificateTemplate, SubjectTemplate } from "../model/template.ts";
import { hexOf } from "../bytes/hex.ts";
import { signatureAlgorithmDer } from "./algorithms.ts";
import { DerWriter } from "./der-writer.ts";
import { tag } from "./tags.ts";
import { encodeTime } from "./time.ts";
import { checkExtensionsOnce, writeExtensions } from "./write-extensions.ts";
import { writeName } from "./write-name.ts";

/** DER of a Time; throws x509.cannot-write outside of the years 0 to 9999. */
export const timeDer = (instant: Instant, field: string): Uint8Array => {
  const der = encodeTime(instant);
  if (der === undefined)
    throw failure("x509.cannot-write", {
      field,
      value: String(instant),
      why: "a certificate's dates lie in the years 0 to 9999",
    });
  return der;
};

/** RFC 5280 section 4.1.2.2: positive, at most 20 octets once a sign octet is there. */
const checkSerial = (serial: Uint8Array): void => {
  const first = serial.findIndex((octet) => octet !== 0);
  const octets = first < 0 ? 0 : serial.length - first + (serial[first]! >= 0x80 ? 1 : 0);
  if (octets === 0 || octets > 20)
    throw failure("x509.cannot-write", {
      field: "serial number",
      value: hexOf(serial),
      why: "it must be positive and have at most 20 octets (RFC 5280 section 4.1.2.2)",
    });
};

const isEmpty = (subject: SubjectTemplate | { readonly der: Uint8Array }): boolean =>
  "der" in subject ? subject.der.length <= 2 : subject.length === 0;

/**
 * DER of the TBSCertificate (RFC 5280 section 4.1), version 3: what the issuer signs.
 * Throws x509.cannot-write for a field that has no correct encoding.
 */
export const writeTbsCertificate = (t: CertificateTemplate): Uint8Array => {
  checkSerial(t.serial);
  checkExtensionsOnce(t.extensions);
  const w = new DerWriter(1024);
  const whole = w.mark;
  if (writeExtensions(w, t.extensions, isEmpty(t.subject))) {
    w.close(tag.sequence, whole);
    w.close(0xa3, whole);
  }
  w.raw(t.spki);
  writeName(w, t.subject);
  const validity = w.mark;
  w.raw(timeDer(t.notAfter, "notAfter"));
  w.raw(timeDer(t.notBefore, "notBefore"));
  w.close(tag.sequence, validity);
  w.raw(t.issuer);
  w.raw(signatureAlgorithmDer[t.signatureAlgorithm]);
  w.unsigned(t.serial);
  w.raw(version3);
  w.close(tag.sequence, whole);
  return w.finish();
};

/** [0] EXPLICIT INTEGER 2. */
const version3 = Uint8Array.of(0xa0, 3, 2, 1, 2);

/**
 * Puts algorithm and signature behind what was signed: the DER of a certificate, a signing request or a
 * revocation list, which are alike in this (RFC 5280 section 4.1, RFC 2986 section 4.2, RFC 5280 section 5.1).
 */
export const assembleSigned = (
  tbs: Uint8Array,
  algorithm: SignatureAlgorithm,
  signature: Uint8Array,
): Uint8Array => {
  const w = new DerWriter(tbs.length + signature.length + 96);
  w.bitString(signature);
  w.raw(signatureAlgorithmDer[algorithm]);
  w.raw(tbs);
  w.close(tag.sequence, 0);
  return w.finish();
};
