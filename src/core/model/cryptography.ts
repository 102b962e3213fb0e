import type { AlgorithmIdentifier } from "./certificate.ts";

/**
 * What the pure rooms need from the platform's cryptography. They never name node:crypto;
 * the adapter passes this in, and the simulator passes a seeded one.
 */
export interface Digests {
  sha256(data: Uint8Array): Uint8Array;
  /** The same digest as 64 lower-case hexadecimal digits; apart because it is 2.5 times cheaper than bytes on Node 24. */
  sha256Hex(data: Uint8Array): string;
  /** Of a text's UTF-8: ten times cheaper than making the octets in JavaScript first. */
  sha256HexOfText(text: string): string;
  sha1(data: Uint8Array): Uint8Array;
  /** RFC 2104, with SHA-256. */
  hmacSha256(key: Uint8Array, data: Uint8Array): Uint8Array;
}

/**
 * Whether `signature` over `data` verifies under the key.
 * An algorithm that the platform does not know, or a key of the wrong kind, is false, never a throw.
 */
export type VerifySignature = (
  spki: Uint8Array,
  algorithm: AlgorithmIdentifier,
  data: Uint8Array,
  signature: Uint8Array,
) => boolean;
