import {
  constants,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  sign,
  type KeyObject,
} from "node:crypto";
import { failure } from "../../core/errors/certwright-error.ts";
import type { KeySpec, SignatureAlgorithm } from "../../core/model/key.ts";
import { writePem } from "../../core/x509/pem.ts";
import type { ExportableKey, KeyMaker } from "../../ports/private-key.ts";
import { generateRawEc, type RawKeyPair } from "./raw-keys.ts";

interface SignRecipe {
  readonly key: "rsa" | "ec" | "ed25519";
  readonly digest: string | null;
  /** Octets of the salt; PSS only. */
  readonly salt?: number;
}

const recipes: Readonly<Record<SignatureAlgorithm, SignRecipe>> = {
  "rsa-sha256": { key: "rsa", digest: "sha256" },
  "rsa-sha384": { key: "rsa", digest: "sha384" },
  "rsa-sha512": { key: "rsa", digest: "sha512" },
  "rsa-pss-sha256": { key: "rsa", digest: "sha256", salt: 32 },
  "rsa-pss-sha384": { key: "rsa", digest: "sha384", salt: 48 },
  "rsa-pss-sha512": { key: "rsa", digest: "sha512", salt: 64 },
  "ecdsa-sha256": { key: "ec", digest: "sha256" },
  "ecdsa-sha384": { key: "ec", digest: "sha384" },
  "ecdsa-sha512": { key: "ec", digest: "sha512" },
  ed25519: { key: "ed25519", digest: null },
};

const plain = (buffer: Buffer): Uint8Array =>
  new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.byteLength);

/** A key in memory. The KeyObject is made when first needed: a leaf's key is written, not used. */
class MemoryKey implements ExportableKey {
  readonly spki: Uint8Array;
  readonly #pkcs8: Uint8Array;
  #object: KeyObject | undefined;

  constructor(pair: RawKeyPair, object?: KeyObject) {
    this.spki = pair.spki;
    this.#pkcs8 = pair.pkcs8;
    this.#object = object;
  }

  #key(): KeyObject {
    return (this.#object ??= createPrivateKey({
      key: Buffer.from(this.#pkcs8),
      format: "der",
      type: "pkcs8",
    }));
  }

  sign(algorithm: SignatureAlgorithm, data: Uint8Array): Uint8Array {
    const recipe = recipes[algorithm];
    const key = this.#key();
    if (key.asymmetricKeyType !== recipe.key)
      throw failure("x509.key-mismatch", { algorithm, key: key.asymmetricKeyType ?? "unknown" });
    if (recipe.salt === undefined) return plain(sign(recipe.digest, data, key));
    return plain(
      sign(recipe.digest, data, {
        key,
        padding: constants.RSA_PKCS1_PSS_PADDING,
        saltLength: recipe.salt,
      }),
    );
  }

  pkcs8(): Uint8Array {
    return this.#pkcs8.slice();
  }

  pem(form: "pkcs8" | "traditional"): string {
    if (form === "traditional") {
      const key = this.#key();
      if (key.asymmetricKeyType === "rsa")
        return String(key.export({ type: "pkcs1", format: "pem" }));
      if (key.asymmetricKeyType === "ec")
        return String(key.export({ type: "sec1", format: "pem" }));
      // Ed25519 never had another form than PKCS#8 (RFC 8410 section 7).
    }
    return writePem("PRIVATE KEY", this.#pkcs8);
  }
}

const generateSlow = (spec: Exclude<KeySpec, { algorithm: "ec" }>): RawKeyPair => {
  const { publicKey, privateKey } =
    spec.algorithm === "rsa"
      ? generateKeyPairSync("rsa", { modulusLength: spec.bits })
      : generateKeyPairSync("ed25519");
  return {
    spki: plain(publicKey.export({ type: "spki", format: "der" })),
    pkcs8: plain(privateKey.export({ type: "pkcs8", format: "der" })),
  };
};

const supportedCurves: ReadonlySet<string> = new Set(["prime256v1", "secp384r1", "secp521r1"]);

/** What the key is when certwright does not sign with it, else undefined. */
const unsupported = (key: KeyObject): string | undefined => {
  const { modulusLength, namedCurve } = key.asymmetricKeyDetails ?? {};
  switch (key.asymmetricKeyType) {
    case "rsa":
      return modulusLength !== undefined && modulusLength >= 2048 && modulusLength <= 8192
        ? undefined
        : `RSA of ${modulusLength} bits`;
    case "ec":
      return supportedCurves.has(namedCurve ?? "") ? undefined : `EC on the curve ${namedCurve}`;
    case "ed25519":
      return undefined;
    default:
      return String(key.asymmetricKeyType);
  }
};

const load = (pkcs8: Uint8Array): ExportableKey => {
  let key: KeyObject;
  try {
    key = createPrivateKey({ key: Buffer.from(pkcs8), format: "der", type: "pkcs8" });
  } catch {
    // The cause is left out: an error must not carry anything of a key.
    throw failure("x509.key-unreadable", { what: "the private key" });
  }
  const what = unsupported(key);
  if (what !== undefined) throw failure("x509.key-unsupported", { what });
  const spki = plain(createPublicKey(key).export({ type: "spki", format: "der" }));
  return new MemoryKey({ spki, pkcs8: pkcs8.slice() }, key);
};

/** Keys by node:crypto, in this process's memory. */
export const keyMaker: KeyMaker = {
  generate: (spec) =>
    new MemoryKey(spec.algorithm === "ec" ? generateRawEc(spec.curve) : generateSlow(spec)),
  load,
};
