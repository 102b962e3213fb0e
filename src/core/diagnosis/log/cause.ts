/** What a program says is wrong with a certificate or a connection, whatever its words. */
export type Cause =
  | "expired"
  | "not-yet-valid"
  | "unknown-authority"
  /** The name fits, the key does not: a CA made anew under the same name. */
  | "key-changed"
  | "none-sent"
  | "usage"
  | "revoked"
  | "name"
  /** A good certificate of somebody whom the server does not want. */
  | "name-not-allowed"
  | "signature-algorithm"
  /** None in common, whoever's certificate it is. */
  | "sigalg"
  | "key-small"
  | "key-unsupported"
  | "key-usage"
  | "critical-extension"
  | "key-mismatch"
  | "bad-certificate"
  | "version"
  | "cipher"
  | "not-tls"
  | "ended";

/** Whose certificate a line is about. */
export type Whose = "client" | "server";

export interface Told {
  readonly cause: Cause;
  /** Absent when it is about no certificate. */
  readonly whose?: Whose;
}

/** Texts of Go, OpenSSL, Java, Node, Python, nginx, HAProxy and Envoy; the more particular first. */
const causes: readonly (readonly [RegExp, Cause])[] = [
  // Go has one sentence for both; what follows tells them apart (crypto/x509: Expired).
  [/has expired or is not yet valid: current time \S+ is before/i, "not-yet-valid"],
  [/has expired or is not yet valid|certificate[_ ]has[_ ]expired/i, "expired"],
  [
    /\(10:certificate has expired\)|certificate[_ ]expired|expired certificate|CertificateExpired|peer certificate: Expired/i,
    "expired",
  ],
  [/certificate is not yet valid|\(9:|NotYetValid|not valid before/i, "not-yet-valid"],
  [/verification (?:failure|error)" while trying to verify candidate authority/i, "key-changed"],
  [
    /certificate signature failure|BadSignature|does not chain with any of the trust anchors|signature check failed/i,
    "key-changed",
  ],
  [/serial \S+ revoked|certificate revoked|\(23:/i, "revoked"],
  [
    /didn't provide a certificate|requires a valid client certificate|did not return a certificate|PEER_DID_NOT_RETURN_A_CERTIFICATE|Empty client certificate chain|sent no required SSL certificate|certificate[_ ]required|CertificateRequired/i,
    "none-sent",
  ],
  [
    /no suitable signature algorithm|no shared signature alg|support any of the certificate's signature algorithms|signature_algorithms? (?:mismatch|extension)|wrong signature type|no common signature/i,
    "sigalg",
  ],
  [
    /(?:EE|CA) (?:certificate )?key too (?:weak|small)|key (?:is )?too (?:weak|small)/i,
    "key-small",
  ],
  [
    /unsupported elliptic curve|unsupported certificate: |wrong curve|unknown public key algorithm/i,
    "key-unsupported",
  ],
  [/KeyUsage does not allow|key usage does not allow/i, "key-usage"],
  [
    /unhandled critical extension|unrecognized critical extension|UnsupportedCriticalExtension/i,
    "critical-extension",
  ],
  [
    /invalid signature algorithm|digest algorithm too weak|insecure algorithm/i,
    "signature-algorithm",
  ],
  [
    /incompatible key usage|unsuitable certificate purpose|unsupported[_ ]certificate[_ ]purpose|Extended key usage does not (?:permit|allow)|required EKU not found|does not allow extended key usage|\(26:/i,
    "usage",
  ],
  [
    /signed by unknown authority|unknown[_ ]?ca\b|unknown certificate authority|unable to get (?:local )?issuer|unable[_ ]to[_ ]get[_ ]local[_ ]issuer|unable to verify the first certificate|self[- ]signed certificate|PKIX path building failed|UnknownIssuer|\(2[01]:|\(1[89]:|cannot verify the cert with the provided root/i,
    "unknown-authority",
  ],
  [
    /client certificate authentication failed|CommonName authentication failed|certificate authentication failed for user|fail_verify_san/i,
    "name-not-allowed",
  ],
  [
    /certificate is valid for .*, not |doesn't contain any IP SANs|does not match any of DNSNames|relies on legacy Common Name|altnames: (?:Host|IP): |certificate does not match|server certificate for .{1,300} does not match host name|SAN[_ ]matcher|not valid for any names|certificate not valid for name|No subject alternative|No name matching|no alternative certificate subject name|unable to obtain common name|Cert does not contain a DNS name|(?:Hostname|IP address) mismatch|name in the certificate does not match/i,
    "name",
  ],
  [
    /private key does not match public key|key values mismatch|keys may not be consistent/i,
    "key-mismatch",
  ],
  [/offered only unsupported versions|protocol version/i, "version"],
  [/no cipher suite supported by both|no shared cipher/i, "cipher"],
  [
    /first record does not look like a TLS handshake|wrong version number|WRONG_VERSION_NUMBER|HTTP request to an HTTPS server|http request\b|gave HTTP response to HTTPS client/i,
    "not-tls",
  ],
  [
    /bad[_ ]certificate|certificate verify failed|certificate[_ ]unknown|BadCertificate|CertificateUnknown/i,
    "bad-certificate",
  ],
  [/\bEOF\b|connection reset by peer|broken pipe/i, "ended"],
];

const aboutNoCertificate: ReadonlySet<Cause> = new Set([
  "version",
  "sigalg",
  "cipher",
  "not-tls",
  "ended",
]);

/** An alert that the other side sent: it is our own certificate that it does not like. */
const fromOtherSide =
  /remote error: tls|SSL alert number \d+|[a-z0-9] alert [a-z]|received fatal alert/i;

/** What a line tells; `role` is that of the program that wrote it. Linear in the text. */
export const causeOf = (text: string, role: Whose): Told | undefined => {
  const cause = causes.find(([pattern]) => pattern.test(text))?.[1];
  if (cause === undefined) return undefined;
  if (aboutNoCertificate.has(cause)) return { cause };
  const other: Whose = role === "server" ? "client" : "server";
  // "didn't provide" and "certificate required" are about the client's, whoever says it.
  if (cause === "none-sent") return { cause, whose: "client" };
  return { cause, whose: fromOtherSide.test(text) ? role : other };
};
