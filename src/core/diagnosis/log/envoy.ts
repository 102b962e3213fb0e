import { remoteOf, type LogParser } from "./parser.ts";

/**
 * Envoy's `TLS_error:|268435581:SSL_routines:OPENSSL_internal:CERTIFICATE_VERIFY_FAILED:…`, as
 * %DOWNSTREAM_TRANSPORT_FAILURE_REASON% and %UPSTREAM_TRANSPORT_FAILURE_REASON% write it; in older bodies with blanks
 * ("TLS error: 268435581:SSL routines:…", istio #34920).
 */
export const readEnvoy: LogParser = (line) => {
  const parts =
    /TLS[_ ]error:[_\s]{0,4}\|?\s{0,4}(\d{9}[^"\n]*)/.exec(line) ??
    /\b(2684\d{5}:SSL[_ ]routines:[^"\n]*)/.exec(line);
  const counted = /ssl\.(fail_verify_(?:error|no_cert|san|cert_hash)): [1-9]/.exec(line);
  if (parts === null && counted === null) return undefined;
  if (parts === null)
    return { program: "envoy", role: "server", text: statistics[counted![1]!]!, extras: {} };
  const text = parts[1]!.replaceAll("_", " ");
  const remote = /(?:downstream|remote|client|from)[^0-9]{0,30}(\d+\.\d+\.\d+\.\d+:\d{1,5})/i.exec(
    line,
  );
  return {
    program: "envoy",
    role: upstream.test(line) ? "client" : "server",
    text: text
      .replaceAll("PEER DID NOT RETURN A CERTIFICATE", "peer did not return a certificate")
      .replace(
        /(?:SSLV3|TLSV1|TLSV13) ALERT (.*)$/,
        (_, alert: string) => `received fatal alert: ${alert.toLowerCase()}`,
      ),
    extras: {},
    ...(remote === null ? {} : remoteOf(remote[1]!)),
  };
};

/** It was Envoy that dialled: response flags UF and URX, its words for it. */
const upstream = /upstream|remote connection failure|\bUF\b|\bURX\b|response_flags[=":]+UF/i;

const statistics: Readonly<Record<string, string>> = {
  fail_verify_error: "certificate verify failed",
  fail_verify_no_cert: "peer did not return a certificate",
  fail_verify_san: "fail_verify_san",
  fail_verify_cert_hash: "certificate verify failed",
};
