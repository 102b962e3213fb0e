import { decodeBase64 } from "../bytes/base64.ts";
import { hexOf } from "../bytes/hex.ts";
import { asciiBytes, utf8Of } from "../bytes/utf8.ts";
import type { KeyId } from "../model/certificate.ts";

/** With which the names of ServiceAccounts begin (apiserver, pkg/authentication/serviceaccount/util.go). */
export const serviceAccountPrefix = "system:serviceaccount:";

/** What a ServiceAccount token says of itself. Nobody has verified it. */
export interface TokenFacts {
  /** The key that signed it; absent where its header names none in Kubernetes' way. */
  readonly key?: KeyId;
  /** "system:serviceaccount:shop:web" */
  readonly subject?: string;
}

/** base64url without padding (RFC 7515 section 2). */
export const decodeBase64Url = (text: string): Uint8Array | undefined => {
  const plain = text.replaceAll("-", "+").replaceAll("_", "/");
  const padded = plain.padEnd(Math.ceil(plain.length / 4) * 4, "=");
  const result = decodeBase64(asciiBytes(padded));
  return result.ok ? result.bytes : undefined;
};

/**
 * The key that a key ID of Kubernetes' stands for: the SHA-256 of its SubjectPublicKeyInfo, base64url
 * (pkg/serviceaccount/jwt.go, keyIDFromPublicKey). Undefined for one of another making.
 */
export const keyOfKid = (kid: string): KeyId | undefined => {
  const digest = decodeBase64Url(kid);
  return digest?.length === 32 ? (hexOf(digest) as KeyId) : undefined;
};

/** Reads a compact JWS with claims (RFC 7515 section 7.1, RFC 7519). Undefined when it is none. */
export const readToken = (token: string): TokenFacts | undefined => {
  const [header, claims] = token.split(".").map(jsonIn);
  if (header === undefined || claims === undefined) return undefined;
  const key = typeof header["kid"] === "string" ? keyOfKid(header["kid"]) : undefined;
  const subject = claims["sub"];
  return {
    ...(key === undefined ? {} : { key }),
    ...(typeof subject === "string" ? { subject } : {}),
  };
};

const jsonIn = (part: string): Readonly<Record<string, unknown>> | undefined => {
  const bytes = decodeBase64Url(part);
  if (bytes === undefined) return undefined;
  try {
    const value: unknown = JSON.parse(utf8Of(bytes).text);
    return typeof value === "object" && value !== null
      ? (value as Readonly<Record<string, unknown>>)
      : undefined;
  } catch {
    return undefined;
  }
};

/** The keys of a JSON Web Key Set (RFC 7517 section 5) that name themselves in Kubernetes' way. Undefined when it is none. */
export const keysInSet = (text: string): readonly KeyId[] | undefined => {
  try {
    const { keys } = JSON.parse(text) as { readonly keys?: readonly { readonly kid?: unknown }[] };
    if (!Array.isArray(keys)) return undefined;
    return keys.flatMap(({ kid }: { readonly kid?: unknown }) =>
      typeof kid === "string" ? (keyOfKid(kid) ?? []) : [],
    );
  } catch {
    return undefined;
  }
};
