import { createDecipheriv, createHmac, type CipherGCMTypes } from "node:crypto";
import type { OpenRecord } from "../../core/tls/server-flight.ts";

/** RFC 8446 appendix B.4. */
const suites: ReadonlyMap<number, { cipher: CipherGCMTypes; hash: string; keyLength: number }> =
  new Map([
    [0x1301, { cipher: "aes-128-gcm", hash: "sha256", keyLength: 16 }],
    [0x1302, { cipher: "aes-256-gcm", hash: "sha384", keyLength: 32 }],
    // node:crypto treats it as GCM does: same nonce, tag and calls; only its type has another name.
    [0x1303, { cipher: "chacha20-poly1305" as CipherGCMTypes, hash: "sha256", keyLength: 32 }],
  ]);

const tagLength = 16;

/** Opens records protected with the server's handshake traffic secret (RFC 8446 sections 5.2 and 7.3). */
export const recordOpener =
  (secret: Uint8Array): OpenRecord =>
  (cipherSuite, sequence, { header, fragment }) => {
    const suite = suites.get(cipherSuite);
    if (suite === undefined || fragment.length < tagLength) return undefined;
    const key = expandLabel(suite.hash, secret, "key", suite.keyLength);
    const nonce = expandLabel(suite.hash, secret, "iv", 12);
    // The first 2^32 records are enough for a handshake.
    const low = nonce.readUInt32BE(8);
    nonce.writeUInt32BE((low ^ sequence) >>> 0, 8);
    const decipher = createDecipheriv(suite.cipher, key, nonce, { authTagLength: tagLength });
    decipher.setAAD(header, { plaintextLength: fragment.length - tagLength });
    decipher.setAuthTag(fragment.subarray(-tagLength));
    try {
      return Buffer.concat([decipher.update(fragment.subarray(0, -tagLength)), decipher.final()]);
    } catch {
      // The records after the server's Finished are under another secret.
      return undefined;
    }
  };

// HKDF-Expand-Label with an empty context; one HMAC block is enough for keys and nonces.
const expandLabel = (hash: string, secret: Uint8Array, label: string, length: number): Buffer => {
  const name = Buffer.from(`tls13 ${label}`, "ascii");
  const info = Buffer.concat([Buffer.from([0, length, name.length]), name, Buffer.from([0, 1])]);
  return createHmac(hash, secret).update(info).digest().subarray(0, length);
};
