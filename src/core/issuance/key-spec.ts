import type { KeySpec } from "../model/key.ts";
import type { IssueRequest } from "./request.ts";
import type { Role } from "./role.ts";

const curves: Readonly<Record<number, "P-256" | "P-384" | "P-521">> = {
  256: "P-256",
  384: "P-384",
  521: "P-521",
};

export type WantedKey = KeySpec | { readonly refused: string; readonly wouldPass: string };

/** What key to make for a request without a CSR: of the role's type and size, or under "any" of the request's. */
export const keySpecOf = (request: IssueRequest, role: Role): WantedKey => {
  const any = role.keyType === "any";
  const type = any ? request.keyType : role.keyType;
  const bits = (any ? request.keyBits : role.keyBits) ?? 0;
  if (type === "ed25519") return { algorithm: "ed25519" };
  if (type === "ec") {
    const curve = curves[bits === 0 ? 256 : bits];
    if (curve !== undefined) return { algorithm: "ec", curve };
    return {
      refused: `EC keys of ${bits} bits are not made here`,
      wouldPass: "key_bits of 256, 384 or 521; or a signing request with a key of your own",
    };
  }
  if (bits !== 0 && bits < 2048) {
    return {
      refused: "RSA keys < 2048 bits are unsafe and not supported",
      wouldPass: "key_bits of 2048, 3072 or 4096",
    };
  }
  const size = bits === 0 ? 2048 : bits;
  if (size === 2048 || size === 3072 || size === 4096) return { algorithm: "rsa", bits: size };
  return {
    refused: `RSA keys of ${bits} bits are not made here`,
    wouldPass: "key_bits of 2048, 3072 or 4096; or a signing request with a key of your own",
  };
};

/** How a request asks for that key under key_type "any". */
export const keyRequest = (key: KeySpec): Pick<IssueRequest, "keyType" | "keyBits"> => {
  if (key.algorithm === "rsa") return { keyType: "rsa", keyBits: key.bits };
  if (key.algorithm === "ec") return { keyType: "ec", keyBits: Number(key.curve.slice(2)) };
  return { keyType: "ed25519", keyBits: 0 };
};
