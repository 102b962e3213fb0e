import { createHash, createPrivateKey, createPublicKey } from "node:crypto";
import type { IdentifyKey } from "../../core/material/read-material.ts";
import type { KeyId } from "../../core/model/certificate.ts";

const types: Readonly<Record<string, "pkcs8" | "pkcs1" | "sec1">> = {
  "PRIVATE KEY": "pkcs8",
  "RSA PRIVATE KEY": "pkcs1",
  "EC PRIVATE KEY": "sec1",
};

/** SHA-256 of the public key that belongs to a private one; undefined when OpenSSL cannot read it. */
export const identifyKey: IdentifyKey = ({ label, der }) => {
  const type = types[label];
  if (type === undefined) return undefined;
  try {
    const key = createPrivateKey({ key: Buffer.from(der), format: "der", type });
    const spki = createPublicKey(key).export({ type: "spki", format: "der" });
    return createHash("sha256").update(spki).digest("hex") as KeyId;
  } catch {
    // The reason may hold bytes of the key: it is not told.
    return undefined;
  }
};
