import { oidText } from "./object-identifier.ts";
import { pkcs } from "./oids.ts";
import { tag } from "./tags.ts";

/** PEM labels (RFC 7468) of the structures that are told apart by their first bytes, and PKCS#12, which has none. */
export type DerKind =
  | "CERTIFICATE"
  | "CERTIFICATE REQUEST"
  | "X509 CRL"
  | "PUBLIC KEY"
  | "RSA PUBLIC KEY"
  | "PRIVATE KEY"
  | "ENCRYPTED PRIVATE KEY"
  | "RSA PRIVATE KEY"
  | "EC PRIVATE KEY"
  | "PKCS7"
  | "PKCS12";

interface Element {
  readonly tag: number;
  readonly start: number;
  readonly stop: number;
}

/** Header at `at` without any judgement; undefined when it does not fit. Definite lengths of up to 4 octets. */
const elementAt = (bytes: Uint8Array, at: number, end: number): Element | undefined => {
  if (at + 2 > end) return undefined;
  const first = bytes[at + 1]!;
  if (first < 0x80) return { tag: bytes[at]!, start: at + 2, stop: at + 2 + first };
  const octets = first & 0x7f;
  if (octets === 0 || octets > 4 || at + 2 + octets > end) return undefined;
  let length = 0;
  for (let i = 0; i < octets; i++) length = length * 256 + bytes[at + 2 + i]!;
  return { tag: bytes[at]!, start: at + 2 + octets, stop: at + 2 + octets + length };
};

/** Length that the SEQUENCE at `at` claims, header included; undefined when there is none. It may exceed the bytes. */
export const sequenceLength = (bytes: Uint8Array, at = 0): number | undefined => {
  const element = elementAt(bytes, at, bytes.length);
  return element?.tag === tag.sequence ? element.stop - at : undefined;
};

const oidAt = (bytes: Uint8Array, element: Element | undefined): string => {
  if (element?.tag !== tag.oid || element.stop > bytes.length || element.stop - element.start > 32)
    return "";
  return oidText(bytes, element.start, element.stop) ?? "";
};

/** By the fields inside the second SEQUENCE: what is signed, or an algorithm. */
const kindOfNested = (bytes: Uint8Array, inner: Element, end: number): DerKind | undefined => {
  const field = elementAt(bytes, inner.start, end);
  const second = elementAt(bytes, inner.stop, end);
  if (field === undefined) return undefined;
  if (field.tag === tag.oid && second?.tag === tag.octetString)
    return oidAt(bytes, field) === pkcs.pbes2 || oidAt(bytes, field).startsWith("1.2.840.113549.1.")
      ? "ENCRYPTED PRIVATE KEY"
      : undefined;
  if (field.tag === tag.oid && second?.tag === tag.bitString) return "PUBLIC KEY";
  if (field.tag === 0xa0) return "CERTIFICATE";
  if (field.tag === tag.sequence) return "X509 CRL";
  if (field.tag !== tag.integer) return undefined;
  // A version 1 certificate, a request and a list all begin with an INTEGER: what follows tells.
  const next = elementAt(bytes, field.stop, end);
  const third = next && elementAt(bytes, next.stop, end);
  if (next?.tag !== tag.sequence || third?.tag !== tag.sequence) return undefined;
  const firstOfNext = elementAt(bytes, next.start, end);
  if (firstOfNext === undefined || firstOfNext.tag === tag.set || next.start === next.stop)
    return "CERTIFICATE REQUEST";
  const fourth = elementAt(bytes, third.stop, end);
  return fourth?.tag === tag.sequence ? "CERTIFICATE" : "X509 CRL";
};

/** By what follows a leading INTEGER: a key's version, or the modulus. */
const kindOfVersioned = (bytes: Uint8Array, version: Element, end: number): DerKind | undefined => {
  const second = elementAt(bytes, version.stop, end);
  const value = version.stop - version.start === 1 ? bytes[version.start]! : 255;
  if (second?.tag === tag.integer) return value === 0 ? "RSA PRIVATE KEY" : "RSA PUBLIC KEY";
  if (second?.tag === tag.octetString && value === 1) return "EC PRIVATE KEY";
  if (second?.tag !== tag.sequence) return undefined;
  const oid = oidAt(bytes, elementAt(bytes, second.start, end));
  if (value === 3 && oid === pkcs.data) return "PKCS12";
  return value <= 1 && oid !== "" ? "PRIVATE KEY" : undefined;
};

/** What a DER structure is, by its outermost fields; undefined when it is none of these. Never throws. */
export const kindOfDer = (bytes: Uint8Array, at = 0): DerKind | undefined => {
  const whole = elementAt(bytes, at, bytes.length);
  if (whole?.tag !== tag.sequence) return undefined;
  const end = Math.min(whole.stop, bytes.length);
  const first = elementAt(bytes, whole.start, end);
  if (first === undefined) return undefined;
  if (first.tag === tag.sequence) return kindOfNested(bytes, first, end);
  if (first.tag === tag.integer) return kindOfVersioned(bytes, first, end);
  return oidAt(bytes, first) === pkcs.signedData ? "PKCS7" : undefined;
};
