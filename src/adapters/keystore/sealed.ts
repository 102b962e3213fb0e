import { createCipheriv, createDecipheriv, randomBytes, scrypt } from "node:crypto";

/**
 * scrypt's cost (RFC 7914). 2^17 blocks of 8 * 128 bytes are 128 MiB and about 0.3 s here: the first choice of
 * OWASP's password storage guidance for scrypt (cheatsheetseries.owasp.org, 2024).
 */
export const SCRYPT_COST: ScryptCost = { N: 2 ** 17, r: 8, p: 1 };

/** Refuses headers that ask for more than 1 GiB: a file that was tampered with must not exhaust memory. */
const MEMORY_LIMIT = 1024 ** 3;

export interface ScryptCost {
  readonly N: number;
  readonly r: number;
  readonly p: number;
}

/** AES-256-GCM: nonce and ciphertext with its tag, in base64. */
export interface Sealed {
  readonly nonce: string;
  readonly ciphertext: string;
}

const CIPHER = "aes-256-gcm";
/** NIST SP 800-38D section 8.2: 96 bits, and random ones for at most 2^32 seals under one key. */
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** `about` is not encrypted but bound: what was sealed about one thing does not open about another. */
export const seal = (key: Uint8Array, plain: Uint8Array, about: string): Sealed => {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv(CIPHER, key, nonce).setAAD(Buffer.from(about));
  const ciphertext = Buffer.concat([cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
  return { nonce: nonce.toString("base64"), ciphertext: ciphertext.toString("base64") };
};

/** Undefined when the key is not the one, or a bit was changed. */
export const unseal = (key: Uint8Array, sealed: Sealed, about: string): Uint8Array | undefined => {
  const nonce = Buffer.from(sealed.nonce, "base64");
  const ciphertext = Buffer.from(sealed.ciphertext, "base64");
  if (nonce.length !== NONCE_BYTES || ciphertext.length < TAG_BYTES) return undefined;
  const decipher = createDecipheriv(CIPHER, key, nonce, { authTagLength: TAG_BYTES })
    .setAAD(Buffer.from(about))
    .setAuthTag(ciphertext.subarray(-TAG_BYTES));
  try {
    const plain = decipher.update(ciphertext.subarray(0, -TAG_BYTES));
    // GCM is a stream: all came with update, and final only checks the tag. A Buffer's slice would share memory.
    decipher.final();
    return new Uint8Array(plain);
  } catch {
    return undefined;
  }
};

export const memoryOf = ({ N, r, p }: ScryptCost): number => 128 * r * (N + p + 2);

export const isAffordable = (cost: ScryptCost): boolean => memoryOf(cost) <= MEMORY_LIMIT;

/** 32 bytes from a passphrase, off the main thread. */
export const deriveKey = (
  passphrase: Uint8Array,
  salt: Uint8Array,
  cost: ScryptCost,
): Promise<Uint8Array> =>
  new Promise((resolve, reject) => {
    scrypt(passphrase, salt, 32, { ...cost, maxmem: memoryOf(cost) }, (error, key) =>
      error === null ? resolve(key) : reject(error),
    );
  });
