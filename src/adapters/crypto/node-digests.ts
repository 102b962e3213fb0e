import { createHmac, hash } from "node:crypto";
import type { Digests } from "../../core/model/cryptography.ts";

/** A Buffer is a Uint8Array in another dress; the pure rooms compare plain ones. */
const plain = (buffer: Buffer): Uint8Array =>
  new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.byteLength);

/** One-shot `crypto.hash`: half the cost of createHash for inputs of a certificate's size. */
export const digests: Digests = {
  sha256: (data) => plain(hash("sha256", data, "buffer")),
  sha256Hex: (data) => hash("sha256", data, "hex"),
  sha256HexOfText: (text) => hash("sha256", text, "hex"),
  sha1: (data) => plain(hash("sha1", data, "buffer")),
  hmacSha256: (key, data) => plain(createHmac("sha256", key).update(data).digest()),
};
