/** How much of a server's flight is read before we call it broken. Each number has its source. */

/** Body of one record: 2^14 + 2048 octets (RFC 5246 section 6.2.3); TLS 1.3 allows less (RFC 8446 section 5.2), servers of both are read. */
export const maxRecordBytes = 16_384 + 2048;

/** One handshake message: crypto/tls of Go reads certificate messages of at most this (maxHandshakeCertificateMsg). */
export const maxMessageBytes = 262_144;

/**
 * Certificates of one chain. OpenSSL reads lists of 100 KiB (SSL_MAX_CERT_LIST_DEFAULT), which 204 of the
 * smallest P-256 certificates (some 500 octets) fill: a longer chain works with no client built on it.
 */
export const maxChainLength = 200;

/** Everything a server may send us in one probe: four messages of the largest size. */
export const maxServerBytes = 4 * maxMessageBytes;

/** Records in one probe; an honest flight of {@link maxServerBytes} in full records has 64, in small fragments some hundred. */
export const maxRecords = 4096;

/** Handshake messages in one probe: a TLS 1.3 flight has 6, and servers send 1 to 4 session tickets (OpenSSL 2, Go 1). */
export const maxMessages = 100;

/** Alerts kept: RFC 8446 section 6 ends the connection at the first fatal one; Go gives up after 16 records that lead nowhere (maxUselessRecords). */
export const maxAlerts = 16;
