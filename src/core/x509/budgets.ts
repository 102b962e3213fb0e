/**
 * How much of somebody else's input is read. Each limit is where some widely used peer stops,
 * so that what we refuse would not have worked elsewhere either.
 */

/** Bytes of one certificate or signing request: crypto/tls of Go reads certificate messages of at most 256 KiB (maxHandshakeCertificateMsg). */
export const maxCertificateBytes = 262_144;

/** Bytes of one revocation list: OpenSSL 3 fetches at most 32 MiB (OSSL_HTTP_DEFAULT_MAX_CRL_LEN). */
export const maxRevocationListBytes = 32 * 1024 * 1024;

/** Bytes of one PEM file: a revocation list of the size above in base64 with line breaks, and as much again for text around. */
export const maxPemBytes = 96 * 1024 * 1024;

/** Depth of values we pass over without a schema: OpenSSL stops at 30 (ASN1_MAX_CONSTRUCTED_NEST). */
export const maxDepth = 30;

/** Octets of one object identifier: RFC 2578 section 3.5 has at most 128 arcs below 2^32, five octets each. */
export const maxOidBytes = 640;
