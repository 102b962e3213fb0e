import { keyType } from "../x509/oids.ts";
import { oidOctets } from "../x509/object-identifier.ts";
import { tag as tags } from "../x509/tags.ts";
import { decodeBase64Url } from "./token.ts";

/** Curves that Kubernetes takes for tokens (pkg/serviceaccount/jwt.go, signerFromECDSAPrivateKey), by RFC 7518 section 6.2.1.1. */
const curves: Readonly<Record<string, string>> = {
  "P-256": "1.2.840.10045.3.1.7",
  "P-384": "1.3.132.0.34",
  "P-521": "1.3.132.0.35",
};

const tlv = (tag: number, ...parts: readonly (readonly number[])[]): readonly number[] => {
  const content = parts.flat();
  const { length } = content;
  const head =
    length < 0x80
      ? [length]
      : length < 0x100
        ? [0x81, length]
        : [0x82, Math.floor(length / 256), length % 256];
  return [tag, ...head, ...content];
};

const oid = (text: string): readonly number[] => tlv(tags.oid, [...(oidOctets(text) ?? [])]);

/** A positive INTEGER of these octets (X.690 section 8.3: the first bit is the sign). */
const integer = (octets: Uint8Array): readonly number[] =>
  tlv(tags.integer, octets[0]! >= 0x80 ? [0, ...octets] : [...octets]);

/** DER of the SubjectPublicKeyInfo of each RSA and EC key of a JSON Web Key Set (RFC 7517, RFC 7518 section 6); others are left out. */
export const publicKeysInSet = (text: string): readonly Uint8Array[] => {
  let set: { readonly keys?: unknown };
  try {
    set = JSON.parse(text) as typeof set;
  } catch {
    return [];
  }
  return Array.isArray(set.keys)
    ? set.keys.flatMap((key: Readonly<Record<string, unknown>>) => spkiOf(key) ?? [])
    : [];
};

const spkiOf = (key: Readonly<Record<string, unknown>>): Uint8Array | undefined => {
  const octets = (name: string): Uint8Array | undefined =>
    typeof key[name] === "string" ? decodeBase64Url(key[name]) : undefined;
  if (key["kty"] === "RSA") {
    const [n, e] = [octets("n"), octets("e")];
    if (n === undefined || e === undefined || n.length === 0 || e.length === 0) return undefined;
    return spki(
      [oid(keyType.rsaEncryption), tlv(tags.null)],
      tlv(tags.sequence, integer(n), integer(e)),
    );
  }
  const curve = curves[String(key["crv"])];
  const [x, y] = [octets("x"), octets("y")];
  if (key["kty"] !== "EC" || curve === undefined || x === undefined || y === undefined)
    return undefined;
  // An uncompressed point (SEC 1 section 2.3.3).
  return spki([oid(keyType.ecPublicKey), oid(curve)], [4, ...x, ...y]);
};

/** RFC 5280 section 4.1. */
const spki = (algorithm: readonly (readonly number[])[], bits: readonly number[]): Uint8Array =>
  Uint8Array.from(
    tlv(tags.sequence, tlv(tags.sequence, ...algorithm), tlv(tags.bitString, [0, ...bits])),
  );
