import { createECDH, type ECDH } from "node:crypto";
import { bytesOfHex } from "../../core/bytes/hex.ts";

/**
 * Key pairs as DER without OpenSSL's encoders: exporting a KeyObject costs three times what making the key does,
 * and everything around an EC key's raw bytes is fixed.
 */
export interface RawKeyPair {
  readonly spki: Uint8Array;
  readonly pkcs8: Uint8Array;
}

interface CurveForm {
  readonly openssl: string;
  /** Octets of a private scalar. */
  readonly size: number;
  /** SubjectPublicKeyInfo up to the point (RFC 5480 section 2). */
  readonly spki: Uint8Array;
  /** PrivateKeyInfo up to the scalar (RFC 5208, RFC 5915: version 1, no parameters inside, as OpenSSL writes it). */
  readonly pkcs8: Uint8Array;
  /** Between the scalar and the point: [1] and the BIT STRING's header. */
  readonly middle: Uint8Array;
}

const hex = (text: string): Uint8Array => bytesOfHex(text) ?? new Uint8Array(0);

const forms: Readonly<Record<"P-256" | "P-384" | "P-521", CurveForm>> = {
  "P-256": {
    openssl: "prime256v1",
    size: 32,
    spki: hex("3059301306072a8648ce3d020106082a8648ce3d030107034200"),
    pkcs8: hex("308187020100301306072a8648ce3d020106082a8648ce3d030107046d306b0201010420"),
    middle: hex("a144034200"),
  },
  "P-384": {
    openssl: "secp384r1",
    size: 48,
    spki: hex("3076301006072a8648ce3d020106052b81040022036200"),
    pkcs8: hex("3081b6020100301006072a8648ce3d020106052b8104002204819e30819b0201010430"),
    middle: hex("a164036200"),
  },
  "P-521": {
    openssl: "secp521r1",
    size: 66,
    spki: hex("30819b301006072a8648ce3d020106052b8104002303818600"),
    pkcs8: hex("3081ee020100301006072a8648ce3d020106052b810400230481d63081d30201010442"),
    middle: hex("a1818903818600"),
  },
};

const generators = new Map<string, ECDH>();

const concat = (...parts: readonly Uint8Array[]): Uint8Array => {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
};

/** A new key pair on the curve, encoded. */
export const generateRawEc = (curve: "P-256" | "P-384" | "P-521"): RawKeyPair => {
  const form = forms[curve];
  let generator = generators.get(curve);
  if (generator === undefined) {
    generator = createECDH(form.openssl);
    generators.set(curve, generator);
  }
  const point = generator.generateKeys();
  const short = generator.getPrivateKey();
  // The scalar comes without leading zeros; RFC 5915 section 3 wants the full length.
  const scalar = new Uint8Array(form.size);
  scalar.set(short, form.size - short.length);
  return {
    spki: concat(form.spki, point),
    pkcs8: concat(form.pkcs8, scalar, form.middle, point),
  };
};
