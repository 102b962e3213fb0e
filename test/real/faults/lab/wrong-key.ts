/** A private key that says it belongs to a certificate, and does not. */
import { createPrivateKey, createPublicKey } from "node:crypto";
import type { Entity } from "../../../path/workshop.ts";

/**
 * PEM of an EC key with this certificate's public point and another private number: OpenSSL compares points only,
 * so servers take the pair, and every signature they make is wrong.
 */
export const wrongKeyFor = ({ key }: Entity, other: Entity): string => {
  const { x, y } = createPublicKey(key.pem("pkcs8")).export({ format: "jwk" });
  const { d } = createPrivateKey(other.key.pem("pkcs8")).export({ format: "jwk" });
  const point = Buffer.concat([
    Buffer.of(4),
    Buffer.from(x!, "base64url"),
    Buffer.from(y!, "base64url"),
  ]);
  // RFC 5915, ECPrivateKey on P-256: lengths are those of 32 octets and of a point of 65.
  const der = Buffer.concat([
    Buffer.from("30770201010420", "hex"),
    Buffer.from(d!, "base64url"),
    Buffer.from("a00a06082a8648ce3d030107a144034200", "hex"),
    point,
  ]);
  const lines = der.toString("base64").replaceAll(/(.{64})/g, "$1\n");
  return `-----BEGIN EC PRIVATE KEY-----\n${lines.trimEnd()}\n-----END EC PRIVATE KEY-----\n`;
};
