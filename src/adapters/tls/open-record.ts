import { createDecipheriv, createHmac, type CipherGCMTypes } from "node:crypto";

/** RFC 8446 appendix B.4. */
const suites: ReadonlyMap<number, { cipher: CipherGCMTypes; hash: string; keyLength: number }> =
  new Map([
    [0x1301, { cipher: "aes-128-gcm", hash: "sha256", keyLength: 16 }],
    [0x1302, { cipher: "aes-256-gcm", hash: "sha384", keyLength: 32 }],
    // node:crypto treats it as GCM does: same nonce, tag and calls; only its type has another name.
    [0x1303, { cipher: "chacha20-poly1305" as CipherGCMTypes, hash: "sha256", keyLength: 32 }],
  ]);

const tagLength = 16;

/**
 * Opens one record that is protected with a traffic secret of TLS 1.3 (RFC 8446 sections 5.2 and 7.3):
 * content, type octet and padding. Undefined when the secret is not the record's.
 */
export const openRecord = (
  cipherSuite: number,
  secret: Uint8Array,
  sequence: number,
  header: Uint8Array,
  body: Uint8Array,
): Uint8Array | undefined => {
  const suite = suites.get(cipherSuite);
  if (suite === undefined || body.length < tagLength) return undefined;
  const key = expandLabel(suite.hash, secret, "key", suite.keyLength);
  const nonce = expandLabel(suite.hash, secret, "iv", 12);
  // The first 2^32 records are more than a handshake has.
  nonce.writeUInt32BE((nonce.readUInt32BE(8) ^ sequence) >>> 0, 8);
  const decipher = createDecipheriv(suite.cipher, key, nonce, { authTagLength: tagLength });
  decipher.setAAD(header, { plaintextLength: body.length - tagLength });
  decipher.setAuthTag(body.subarray(-tagLength));
  try {
    return Buffer.concat([decipher.update(body.subarray(0, -tagLength)), decipher.final()]);
  } catch {
    return undefined;
  }
};

// HKDF-Expand-Label with an empty context; one HMAC block is enough for keys and nonces.
const expandLabel = (hash: string, secret: Uint8Array, label: string, length: number): Buffer => {
  const name = Buffer.from(`tls13 ${label}`, "ascii");
  const info = Buffer.concat([Buffer.from([0, length, name.length]), name, Buffer.from([0, 1])]);
  return createHmac(hash, secret).update(info).digest().subarray(0, length);
};
