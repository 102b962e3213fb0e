import { createDecipheriv, createHmac, type CipherGCMTypes } from "node:crypto";
import type { Unprotect } from "../../core/tls/flight.ts";

interface Suite {
  readonly cipher: CipherGCMTypes;
  readonly hash: "sha256" | "sha384";
  readonly keyLength: number;
  readonly hashLength: number;
}

/** RFC 8446 appendix B.4. The CCM suites are left out: Node does not offer them. */
const suites: ReadonlyMap<number, Suite> = new Map<number, Suite>([
  [0x1301, { cipher: "aes-128-gcm", hash: "sha256", keyLength: 16, hashLength: 32 }],
  [0x1302, { cipher: "aes-256-gcm", hash: "sha384", keyLength: 32, hashLength: 48 }],
  [
    0x1303,
    {
      // node:crypto treats it as GCM does: same nonce, tag and calls; only its type has another name.
      cipher: "chacha20-poly1305" as CipherGCMTypes,
      hash: "sha256",
      keyLength: 32,
      hashLength: 32,
    },
  ],
]);

const tagLength = 16;

/** The two secrets of the server that Node's `keylog` event tells. */
export interface ServerSecrets {
  readonly handshake?: Uint8Array | undefined;
  readonly application?: Uint8Array | undefined;
}

/**
 * Takes a TLS 1.3 server's records apart with its traffic secrets (RFC 8446 sections 5.2, 7.2, 7.3).
 * Only what was sent to us is read; nothing can be written with it.
 */
export const serverProtection = (cipherCode: number, secrets: ServerSecrets): Unprotect => {
  const suite = suites.get(cipherCode);
  const keys = new Map<"handshake" | number, { key: Buffer; nonce: Buffer }>();
  const keysOf = (epoch: "handshake" | number): { key: Buffer; nonce: Buffer } | undefined => {
    const known = keys.get(epoch);
    if (known !== undefined || suite === undefined) return known;
    const secret = epoch === "handshake" ? secrets.handshake : secrets.application;
    if (secret === undefined) return undefined;
    let current: Uint8Array = secret;
    for (let n = 0; n < (epoch === "handshake" ? 0 : epoch); n++)
      current = expandLabel(suite.hash, current, "traffic upd", suite.hashLength);
    const made = {
      key: expandLabel(suite.hash, current, "key", suite.keyLength),
      nonce: expandLabel(suite.hash, current, "iv", 12),
    };
    keys.set(epoch, made);
    return made;
  };
  return (epoch, sequence, header, body) => {
    const made = keysOf(epoch);
    if (suite === undefined || made === undefined || body.length < tagLength) return undefined;
    const nonce = Buffer.from(made.nonce);
    // 2^32 records are more than any probe reads, so the upper half of the sequence number is zero.
    nonce.writeUInt32BE((nonce.readUInt32BE(8) ^ sequence) >>> 0, 8);
    const decipher = createDecipheriv(suite.cipher, made.key, nonce, { authTagLength: tagLength });
    decipher.setAAD(header, { plaintextLength: body.length - tagLength });
    decipher.setAuthTag(body.subarray(-tagLength));
    try {
      return Buffer.concat([decipher.update(body.subarray(0, -tagLength)), decipher.final()]);
    } catch {
      // The tag does not fit: another secret's record, or forged.
      return undefined;
    }
  };
};

/** HKDF-Expand-Label with an empty context; one block of HMAC covers all lengths asked for here. */
const expandLabel = (hash: string, secret: Uint8Array, label: string, length: number): Buffer => {
  const name = Buffer.from(`tls13 ${label}`, "ascii");
  const info = Buffer.concat([Buffer.from([0, length, name.length]), name, Buffer.from([0, 1])]);
  return createHmac(hash, secret).update(info).digest().subarray(0, length);
};
