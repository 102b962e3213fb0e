import { decodeBase64 } from "../bytes/base64.ts";
import { asciiBytes, latin1Of, utf8Bytes } from "../bytes/utf8.ts";
import { readPem } from "../x509/pem.ts";

/** A certificate's PEM is longer: the smallest with an Ed25519 key has some 500 characters. */
export const shortestCertificate = 300;

/** Base64 in base64 in base64: a kubeconfig as a Secret's value is two deep. */
const deepest = 3;

/** Base64 of "-----BEGIN " and what follows, also on several lines; the next line's key ("server:") is no part of it. */
const encodedPem =
  /LS0tLS1CRUdJTi[A-Za-z0-9+/]*={0,2}(?:\s+[A-Za-z0-9+/]+={0,2}(?![:A-Za-z0-9+/=_.-]))*/g;
const onlyBase64 = /^[A-Za-z0-9+/\s]+={0,2}\s*$/;

/**
 * Tells `found` the DER of every certificate in a text: PEM, also in quoted JSON or YAML; base64 of PEM, as in
 * kubeconfigs and webhooks; and texts that are base64 as a whole.
 */
export const certificatesInText = (
  text: string,
  found: (der: Uint8Array) => void,
  depth = 0,
): void => {
  if (text.length < shortestCertificate) return;
  if (text.includes("-----BEGIN ")) {
    for (const { label, der } of readPem(utf8Bytes(text)).blocks)
      if (label === "CERTIFICATE") found(der);
  }
  if (depth === deepest) return;
  const parts = [...text.matchAll(encodedPem)].map(([part]) => part);
  for (const part of parts.length === 0 && onlyBase64.test(text) ? [text] : parts) {
    const bytes = decoded(part);
    if (bytes !== undefined) certificatesInText(latin1Of(bytes), found, depth + 1);
  }
};

/** Undefined when it is no base64. Characters behind the last whole group are cut off: the text may go on with words. */
export const decoded = (text: string): Uint8Array | undefined => {
  const octets = asciiBytes(text);
  const whole = decodeBase64(octets);
  if (whole.ok) return whole.bytes;
  const before = decodeBase64(octets, 0, whole.offset);
  return before.ok ? before.bytes : undefined;
};
