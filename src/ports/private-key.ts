import type { KeySpec, SignatureAlgorithm } from "../core/model/key.ts";

/** A private key that can sign; where it lives (memory, HSM) is the adapter's business. */
export interface PrivateKey {
  /** DER of the SubjectPublicKeyInfo. */
  readonly spki: Uint8Array;
  sign(algorithm: SignatureAlgorithm, data: Uint8Array): Uint8Array;
}

/** A private key whose bytes may leave the process: leaves' keys, and CA keys on their way into the encrypted store. */
export interface ExportableKey extends PrivateKey {
  /** DER of the unencrypted PKCS#8 PrivateKeyInfo (RFC 5208). */
  pkcs8(): Uint8Array;
  /** PEM; "traditional" is PKCS#1 for RSA and SEC 1 for EC, as kubeadm writes them. */
  pem(form: "pkcs8" | "traditional"): string;
}

export interface KeyMaker {
  generate(spec: KeySpec): ExportableKey;
  /** Unencrypted PKCS#8 DER. */
  load(pkcs8: Uint8Array): ExportableKey;
}
