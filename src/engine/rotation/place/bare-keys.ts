import { readMaterial, type Origin } from "../../../core/material/read-material.ts";
import type { KeyId } from "../../../core/model/certificate.ts";
import type { MaterialFault } from "../../../core/material/material.ts";
import { writePem } from "../../../core/x509/pem.ts";
import type { Reader } from "./material.ts";

/** A key that stands in a file without a certificate. */
export interface BareKey {
  readonly id: KeyId;
  /** DER of a public key's SubjectPublicKeyInfo; absent of a private one, which is not kept. */
  readonly spki?: Uint8Array;
}

/** What is in bytes that hold public keys and nothing else. */
export const publicKeysIn = (
  { digests, identifyKey }: Reader,
  bytes: Uint8Array,
  origin: Origin,
): {
  readonly keys: readonly BareKey[];
  readonly strayKeys: number;
  readonly faults: readonly MaterialFault[];
} => {
  const material = readMaterial(bytes, origin, digests, identifyKey);
  return {
    keys: material.publicKeys.map(({ key: { id, spki } }) => ({ id, spki })),
    strayKeys: material.privateKeys.length,
    faults: material.faults,
  };
};

/** The file of these keys, as kubeadm writes sa.pub (client-go, util/keyutil: "PUBLIC KEY"). */
export const pemOfKeys = (spkis: readonly Uint8Array[]): string =>
  spkis.map((spki) => writePem("PUBLIC KEY", spki)).join("");
