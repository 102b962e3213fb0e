import assert from "node:assert/strict";
import { test } from "node:test";
import { asciiBytes } from "../../bytes/utf8.ts";
import type { LogEvent } from "./event.ts";
import { readLog } from "./read-log.ts";

const first = (text: string, side?: "server" | "client"): LogEvent =>
  readLog(asciiBytes(text), "x.log", side)[0]!;

/** Line, program, role, cause, whose certificate, remote. */
const lines: readonly (readonly [string, string, string, string, string, string?])[] = [
  [
    "depth=0 CN = web\nverify error:num=26:unsuitable certificate purpose",
    "openssl",
    "server",
    "usage",
    "client",
  ],
  [
    "10.0.0.7:40312 [22/Nov/2026:10:12:01.123] fe/1: SSL client certificate not trusted ssl_c_err=10",
    "haproxy",
    "server",
    "expired",
    "client",
    "10.0.0.7",
  ],
  [
    "TLS_error:|268435581:SSL_routines:OPENSSL_internal:CERTIFICATE_VERIFY_FAILED:verify_cert_failed:_certificate_has_expired",
    "envoy",
    "server",
    "expired",
    "client",
  ],
  [
    'upstream_transport_failure_reason="TLS_error:|268436504:SSL_routines:OPENSSL_internal:TLSV1_ALERT_UNKNOWN_CA"',
    "envoy",
    "client",
    "unknown-authority",
    "client",
  ],
  [
    "('10.0.0.7', 40312) [SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: certificate has expired (_ssl.c:1006)",
    "python",
    "server",
    "expired",
    "client",
    "10.0.0.7",
  ],
  [
    "javax.net.ssl.SSLHandshakeException: Empty client certificate chain",
    "java",
    "server",
    "none-sent",
    "client",
  ],
  [
    "javax.net.ssl.SSLHandshakeException: PKIX path building failed: unable to find valid certification path",
    "java",
    "client",
    "unknown-authority",
    "server",
  ],
  [
    "2026-11-23 03:34:11.123 UTC [7] LOG:  could not accept SSL connection: tlsv1 alert unknown ca",
    "postgresql",
    "server",
    "unknown-authority",
    "server",
  ],
  [
    "2026-11-23 03:34:11 UTC 10.0.0.7(40312) bob@app FATAL:  connection requires a valid client certificate",
    "postgresql",
    "server",
    "none-sent",
    "client",
    "10.0.0.7",
  ],
  [
    'psql: error: connection to server at "db1" (10.0.0.9), port 5432 failed: server certificate for "db2" (and 1 other name) does not match host name "db1"',
    "psql",
    "client",
    "name",
    "server",
  ],
  [
    "10.0.0.7:1 [22/Nov/2026:10:12:01.123] fe~ fe/<NOSRV> 31/000000000A0000C7/0/0/0 -/TLSv1.3/-",
    "haproxy",
    "server",
    "none-sent",
    "client",
    "10.0.0.7",
  ],
  [
    "Error: write EPROTO 139:error:0A00010B:SSL routines:ssl3_get_record:wrong version number",
    "node",
    "client",
    "not-tls",
    "",
  ],
  ["code: 'CERT_HAS_EXPIRED'", "node", "client", "expired", "server"],
  ["*** Received alert [48]: CA is unknown", "unknown", "client", "unknown-authority", "client"],
];

test("reads what each program says of whose certificate", () => {
  for (const [text, program, role, cause, whose, remote] of lines) {
    const event = readLog(asciiBytes(text), "x.log").at(-1)!;
    assert.deepEqual(
      [event.program, event.role, event.told?.cause, event.told?.whose, event.remote],
      [program, role, cause, whose === "" ? undefined : whose, remote],
      text,
    );
  }
});

test("takes words that client and server share for the server's in a server's log", () => {
  const line =
    "[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: certificate has expired";
  assert.equal(first(line).told?.whose, "server");
  assert.equal(first(line, "server").told?.whose, "client");
});

test("tells by a stack trace on which side a program stood", () => {
  const trace =
    "javax.net.ssl.SSLHandshakeException: PKIX path building failed: x\n" +
    "\tat sun.security.ssl.CertificateMessage$T13CertificateConsumer.checkClientCerts(CertificateMessage.java:1295)\n";
  assert.equal(first(trace).told?.whose, "client");
  const dialled =
    "CONNECTED(00000003)\ndepth=0 CN = x\nverify error:num=10:certificate has expired";
  assert.equal(readLog(asciiBytes(dialled), "x.log").at(-1)!.told?.whose, "server");
});
