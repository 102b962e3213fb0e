import { createHash, createPrivateKey, createPublicKey, type KeyObject } from "node:crypto";
import type { IdentifyKey } from "../../core/material/read-material.ts";
import type { KeyId } from "../../core/model/certificate.ts";
import { readPem, type PemBlock } from "../../core/x509/pem.ts";
import type { ExportableKey } from "../../ports/private-key.ts";
import { keyMaker } from "../crypto/node-keys.ts";

const types: Readonly<Record<string, "pkcs8" | "pkcs1" | "sec1">> = {
  "PRIVATE KEY": "pkcs8",
  "RSA PRIVATE KEY": "pkcs1",
  "EC PRIVATE KEY": "sec1",
};

/** SHA-256 of the public key that belongs to a private one; undefined when OpenSSL cannot read it. */
export const identifyKey: IdentifyKey = ({ label, der }) => {
  const key = keyOf({ label, der });
  if (key === undefined) return undefined;
  const spki = createPublicKey(key).export({ type: "spki", format: "der" });
  return createHash("sha256").update(spki).digest("hex") as KeyId;
};

const keyOf = ({ label, der }: Pick<PemBlock, "label" | "der">): KeyObject | undefined => {
  const type = types[label];
  if (type === undefined) return undefined;
  try {
    return createPrivateKey({ key: Buffer.from(der), format: "der", type });
  } catch {
    // The reason may hold bytes of the key: it is not told.
    return undefined;
  }
};

/**
 * The first unencrypted private key of a file, in whatever form it stands there; undefined when there is none that can
 * be read. Throws x509.key-unsupported.
 */
export const loadPrivateKey = (bytes: Uint8Array): ExportableKey | undefined => {
  for (const block of readPem(bytes).blocks) {
    const pkcs8 = keyOf(block)?.export({ type: "pkcs8", format: "der" });
    block.der.fill(0);
    if (pkcs8 === undefined) continue;
    const key = keyMaker.load(new Uint8Array(pkcs8));
    pkcs8.fill(0);
    return key;
  }
  return undefined;
};
