import type { LogParser } from "./parser.ts";

/** OpenSSL's verification errors as Node calls them (tls documentation, "X509 certificate error codes"), in common words. */
const words: Readonly<Record<string, string>> = {
  CERT_HAS_EXPIRED: "certificate has expired",
  CERT_NOT_YET_VALID: "certificate is not yet valid",
  CERT_REVOKED: "certificate revoked",
  CERT_SIGNATURE_FAILURE: "certificate signature failure",
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: "unable to verify the first certificate",
  UNABLE_TO_GET_ISSUER_CERT: "unable to get issuer certificate",
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: "unable to get local issuer certificate",
  SELF_SIGNED_CERT_IN_CHAIN: "self-signed certificate in certificate chain",
  DEPTH_ZERO_SELF_SIGNED_CERT: "self-signed certificate",
  INVALID_PURPOSE: "unsuitable certificate purpose",
  ERR_SSL_PEER_DID_NOT_RETURN_A_CERTIFICATE: "peer did not return a certificate",
  ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED: "received fatal alert: certificate required",
  ERR_SSL_SSLV3_ALERT_CERTIFICATE_EXPIRED: "received fatal alert: certificate expired",
  ERR_SSL_SSLV3_ALERT_BAD_CERTIFICATE: "received fatal alert: bad certificate",
  ERR_SSL_SSLV3_ALERT_UNSUPPORTED_CERTIFICATE: "received fatal alert: bad certificate",
  ERR_SSL_SSLV3_ALERT_CERTIFICATE_UNKNOWN: "received fatal alert: certificate unknown",
  ERR_SSL_TLSV1_ALERT_UNKNOWN_CA: "received fatal alert: unknown ca",
  ERR_SSL_WRONG_VERSION_NUMBER: "wrong version number",
  ERR_OSSL_X509_KEY_VALUES_MISMATCH: "key values mismatch",
};

const code = new RegExp(
  `\\b(${Object.keys(words)
    .toSorted((a, b) => b.length - a.length)
    .join("|")})\\b`,
);

/** Node: `code: 'CERT_HAS_EXPIRED'`, `Error: … tlsClientError ERR_SSL_PEER_DID_NOT_RETURN_A_CERTIFICATE`, alt name errors. */
export const readNode: LogParser = (line) => {
  // OpenSSL's words behind Node's own: its streams, "write EPROTO 139:error:0A00010B:SSL routines:…:wrong version number".
  const protocol = /\bEPROTO \S+error:[0-9A-F]{8}:SSL routines:[^:]*:([^:]+)/.exec(line)?.[1];
  if (protocol !== undefined)
    return { program: "node", role: "client", text: protocol, extras: {} };
  const found = code.exec(line)?.[1];
  const names = /Hostname\/IP does not match certificate's altnames: .*$/.exec(line)?.[0];
  if (found === undefined && names === undefined) return undefined;
  const serves = /tlsClientError|PEER_DID_NOT_RETURN|authorizationError|client/.test(line);
  const remote = /(?:from|remote(?:Address)?[:=]?) ?'?(?:::ffff:)?([0-9.]{7,15}):?(\d{1,5})?/.exec(
    line,
  );
  return {
    program: "node",
    role: serves ? "server" : "client",
    text: names ?? words[found!]!,
    extras: found === undefined ? {} : { code: found },
    ...(remote === null ? {} : { remote: remote[1]! }),
  };
};
