import { CertwrightError } from "../errors/certwright-error.ts";
import { kindOfDer, sequenceLength } from "./der-kind.ts";
import type { PemBlock } from "./pem-block.ts";
import type { PemFaults } from "./pem-faults.ts";
import { certificatesOfPkcs7 } from "./pkcs7.ts";

/** Blocks of the certificates in a PKCS#7 structure; faults are noted. */
export const blocksOfPkcs7 = (
  der: Uint8Array,
  at: { readonly offset: number; readonly line: number },
  faults: PemFaults,
): PemBlock[] => {
  try {
    return certificatesOfPkcs7(der).map((certificate) => ({
      label: "CERTIFICATE",
      headers: {},
      der: certificate,
      offset: at.offset,
      line: at.line,
    }));
  } catch (error) {
    if (!(error instanceof CertwrightError)) throw error;
    faults.add("file.bad-der", 0, "PKCS#7", error.message);
    return [];
  }
};

/** What DER of a kind is called, and the command of openssl that makes PEM of it. */
const kinds: Readonly<Record<string, { readonly words: string; readonly command: string }>> = {
  CERTIFICATE: { words: "a certificate", command: "x509" },
  "CERTIFICATE REQUEST": { words: "a signing request", command: "req" },
  "X509 CRL": { words: "a revocation list", command: "crl" },
  "PUBLIC KEY": { words: "a public key", command: "pkey -pubin" },
  "RSA PUBLIC KEY": { words: "an RSA public key", command: "rsa -RSAPublicKey_in" },
  "PRIVATE KEY": { words: "a private key", command: "pkey" },
  "ENCRYPTED PRIVATE KEY": { words: "an encrypted private key", command: "pkey" },
  "RSA PRIVATE KEY": { words: "an RSA private key", command: "pkey" },
  "EC PRIVATE KEY": { words: "an EC private key", command: "pkey" },
};

/** Structures that stand one after another; a file of them is rare, but `cat a.der b.der` makes one. */
const blocksOfDer = (bytes: Uint8Array, faults: PemFaults): PemBlock[] => {
  const blocks: PemBlock[] = [];
  for (let at = 0; at < bytes.length;) {
    const kind = kindOfDer(bytes, at);
    const length = sequenceLength(bytes, at);
    if (kind === undefined || length === undefined) {
      faults.add(
        "file.bad-der",
        at,
        "",
        at === 0
          ? "it begins like DER, but is no structure of X.509"
          : `${bytes.length - at} bytes follow the last structure`,
      );
      break;
    }
    if (at + length > bytes.length) {
      faults.add(
        "file.truncated",
        at,
        "",
        `it is DER of ${length} bytes, of which ${bytes.length - at} are there`,
      );
      break;
    }
    if (kind === "PKCS12") {
      faults.add("file.pkcs12", at, "30 … 06 09 2a 86 48 86 f7 0d 01 07");
      break;
    }
    const der = bytes.subarray(at, at + length);
    if (kind === "PKCS7") {
      faults.add(
        "file.pkcs7",
        at,
        "30 … 06 09 2a 86 48 86 f7 0d 01 07 02",
        "",
        "openssl pkcs7 -inform der -print_certs -in FILE -out FILE.pem",
      );
      blocks.push(...blocksOfPkcs7(der, { offset: at, line: 1 }, faults));
    } else {
      // Four bytes of evidence: more could be of a key.
      if (!faults.has("file.der"))
        faults.add(
          "file.der",
          at,
          [...der.subarray(0, 4)].map((b) => b.toString(16).padStart(2, "0")).join(" "),
          kinds[kind]?.words,
          `openssl ${kinds[kind]?.command} -inform der -in FILE -out FILE.pem`,
        );
      if (kind === "ENCRYPTED PRIVATE KEY") faults.add("file.encrypted-key", at, "DER");
      blocks.push({ label: kind, headers: {}, der, offset: faults.offsetOf(at), line: 1 });
    }
    at += length;
  }
  return blocks;
};

/** What a file is that is no text at all: blocks and faults; undefined when it does not look binary. */
export const readBinary = (bytes: Uint8Array, faults: PemFaults): PemBlock[] | undefined => {
  const first =
    bytes[0]! * 0x1000000 + (bytes[1] ?? 0) * 0x10000 + (bytes[2] ?? 0) * 0x100 + (bytes[3] ?? 0);
  if (first === 0xfeedfeed || first === 0xcececece) {
    faults.add("file.jks", 0, first === 0xfeedfeed ? "fe ed fe ed" : "ce ce ce ce");
    return [];
  }
  // 0x30 is also the digit 0: DER of any use has a long length, or kindOfDer finds what it is.
  if (bytes[0] !== 0x30 || !((bytes[1] ?? 0) >= 0x80 || kindOfDer(bytes) !== undefined))
    return undefined;
  return blocksOfDer(bytes, faults);
};
