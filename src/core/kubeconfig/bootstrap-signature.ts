import { decodeBase64, encodeBase64 } from "../bytes/base64.ts";
import { equalBytes } from "../bytes/compare.ts";
import { asciiBytes, utf8Bytes, utf8Of } from "../bytes/utf8.ts";
import type { Digests } from "../model/cryptography.ts";

/** Before a token's identifier in a key of cluster-info (bootstrap/api: JWSSignatureKeyPrefix). */
export const signaturePrefix = "jws-kubeconfig-";

const base64Url = (bytes: Uint8Array): string =>
  encodeBase64(bytes).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");

const fromBase64Url = (text: string): Uint8Array | undefined => {
  const padded = text.replaceAll("-", "+").replaceAll("_", "/");
  const decoded = decodeBase64(asciiBytes(padded.padEnd(Math.ceil(padded.length / 4) * 4, "=")));
  return decoded.ok ? decoded.bytes : undefined;
};

/**
 * Whether a detached JWS ("HEADER..SIGNATURE", RFC 7515 appendix F) is the one that a bootstrap token's secret makes
 * over this kubeconfig: HS256, with the token's identifier as key identifier (cluster-bootstrap/token/jws). A joining
 * kubeadm asks exactly this before it believes the kubeconfig.
 */
export const isSignedByToken = (
  kubeconfig: string,
  jws: string,
  token: { readonly id: string; readonly secret: string },
  digests: Pick<Digests, "hmacSha256">,
): boolean => {
  const [header = "", payload, signature = "", ...rest] = jws.split(".");
  if (payload !== "" || rest.length > 0) return false;
  const described = fromBase64Url(header);
  const claimed = fromBase64Url(signature);
  if (described === undefined || claimed === undefined) return false;
  if (!isHeaderOf(utf8Of(described).text, token.id)) return false;
  const signed = asciiBytes(`${header}.${base64Url(utf8Bytes(kubeconfig))}`);
  return equalBytes(digests.hmacSha256(utf8Bytes(token.secret), signed), claimed);
};

const isHeaderOf = (text: string, id: string): boolean => {
  try {
    const { alg, kid } = JSON.parse(text) as { readonly alg?: unknown; readonly kid?: unknown };
    return alg === "HS256" && kid === id;
  } catch {
    return false;
  }
};
