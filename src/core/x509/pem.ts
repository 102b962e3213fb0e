import { encodeBase64 } from "../bytes/base64.ts";

/** One PEM block (RFC 7468 section 3): lines of 64 characters, LF at the end of each. */
export const writePem = (label: string, der: Uint8Array): string =>
  `-----BEGIN ${label}-----\n${encodeBase64(der, 64)}\n-----END ${label}-----\n`;
