import {
  constants,
  createPublicKey,
  verify,
  type KeyObject,
  type VerifyKeyObjectInput,
} from "node:crypto";
import type { AlgorithmIdentifier } from "../../core/model/certificate.ts";
import type { VerifySignature } from "../../core/model/cryptography.ts";
import { CertwrightError } from "../../core/errors/certwright-error.ts";
import { readPssParameters } from "../../core/x509/algorithms.ts";
import { DerReader } from "../../core/x509/der-reader.ts";
import { signature as oid } from "../../core/x509/oids.ts";
import { Findings } from "../../core/x509/reading.ts";

/** Kind of key an algorithm needs, and the digest's name for node:crypto (null: the algorithm has its own). */
interface Recipe {
  readonly key: "rsa" | "ec" | "ed25519";
  readonly digest: string | null;
}

/** MD5, DSA and whatever else is not here does not verify. */
const recipes: ReadonlyMap<string, Recipe> = new Map<string, Recipe>([
  [oid.sha1WithRSA, { key: "rsa", digest: "sha1" }],
  [oid.sha256WithRSA, { key: "rsa", digest: "sha256" }],
  [oid.sha384WithRSA, { key: "rsa", digest: "sha384" }],
  [oid.sha512WithRSA, { key: "rsa", digest: "sha512" }],
  [oid.ecdsaWithSHA1, { key: "ec", digest: "sha1" }],
  [oid.ecdsaWithSHA256, { key: "ec", digest: "sha256" }],
  [oid.ecdsaWithSHA384, { key: "ec", digest: "sha384" }],
  [oid.ecdsaWithSHA512, { key: "ec", digest: "sha512" }],
  [oid.ed25519, { key: "ed25519", digest: null }],
]);

/** Importing a key costs half as much as a verification; a CA's key is used for many. */
const imported = new WeakMap<Uint8Array, KeyObject>();
/** Keys used once so far. A signing request's is never used again: an object to keep would cost it a third more. */
const seen = new WeakSet<Uint8Array>();

const importKey = (spki: Uint8Array): KeyObject => {
  const known = imported.get(spki);
  if (known !== undefined) return known;
  const key = createPublicKey({ key: asBuffer(spki), format: "der", type: "spki" });
  imported.set(spki, key);
  return key;
};

const asBuffer = (bytes: Uint8Array): Buffer =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);

/** Start of every SubjectPublicKeyInfo of a key on P-256 (RFC 5480 section 2). */
const p256Start = Buffer.from("3059301306072a8648ce3d020106082a8648ce3d030107034200", "hex");

const isP256 = (spki: Uint8Array): boolean =>
  spki.length === 91 &&
  asBuffer(spki).compare(p256Start, 0, p256Start.length, 0, p256Start.length) === 0;

/** True once for each key on P-256, whose kind can be told without importing it. */
const isFirstUse = (spki: Uint8Array): boolean => {
  if (imported.has(spki) || seen.has(spki) || !isP256(spki)) return false;
  seen.add(spki);
  return true;
};

const verifyPss = (
  key: KeyObject,
  algorithm: AlgorithmIdentifier,
  data: Uint8Array,
  signature: Uint8Array,
): boolean => {
  if (key.asymmetricKeyType !== "rsa" && key.asymmetricKeyType !== "rsa-pss") return false;
  if (algorithm.parameters === undefined) return false;
  const findings = new Findings("the signature algorithm", "strict");
  const { hash, mgfHash, saltLength } = readPssParameters(
    new DerReader(algorithm.parameters, findings),
  );
  // node:crypto uses one digest for both; RFC 4055 section 3.1 recommends so, and nothing else is seen.
  if (hash !== mgfHash) return false;
  const input: VerifyKeyObjectInput = {
    key,
    padding: constants.RSA_PKCS1_PSS_PADDING,
    saltLength,
  };
  return verify(hash, data, input, signature);
};

/** Verification by node:crypto. What it cannot import or does not know is false. */
export const verifySignature: VerifySignature = (spki, algorithm, data, signature) => {
  try {
    const recipe = recipes.get(algorithm.oid);
    if (recipe === undefined && algorithm.oid !== oid.rsaPss) return false;
    if (recipe?.key === "ec" && isFirstUse(spki)) {
      const input = { key: asBuffer(spki), format: "der", type: "spki" } as const;
      return verify(recipe.digest, data, input, signature);
    }
    const key = importKey(spki);
    if (recipe === undefined) return verifyPss(key, algorithm, data, signature);
    // Without this, RSA's object identifier over an EC key would verify as ECDSA.
    if (key.asymmetricKeyType !== recipe.key) return false;
    return verify(recipe.digest, data, key, signature);
  } catch (error) {
    if (error instanceof CertwrightError || isCryptoError(error)) return false;
    throw error;
  }
};

/** OpenSSL's and node:crypto's refusals of keys, points and signatures; anything else is a defect of ours and must show. */
const isCryptoError = (error: unknown): boolean =>
  error instanceof Error &&
  ("opensslErrorStack" in error ||
    ("code" in error && typeof error.code === "string" && /^ERR_(OSSL|CRYPTO)/.test(error.code)));
