/** What the load on a cluster counts as failed; see tools/kubernetes-load/policy.ts. */
import assert from "node:assert/strict";
import test from "node:test";
import type { Answer } from "../../../tools/kubernetes-load/connection.ts";
import { isRefusal, judge, type Verdict } from "../../../tools/kubernetes-load/policy.ts";

const status = (code: number, body = "", again = false): Answer => ({
  kind: "status",
  status: code,
  body,
  again,
});
const none = (message: string, unsent: boolean): Answer => ({ kind: "none", message, unsent });

const cases: readonly (readonly [answer: Answer, patch: Verdict, get: Verdict])[] = [
  [status(200), "answered", "answered"],
  [status(401), "failed", "failed"],
  [status(403), "failed", "failed"],
  [status(404), "failed", "failed"],
  [status(500, "etcdserver: leader changed"), "in-doubt", "again"],
  [status(500, "etcdserver: mvcc: database space exceeded"), "failed", "failed"],
  [status(500, "x509: certificate signed by unknown authority"), "failed", "failed"],
  [status(503, "", true), "again", "again"],
  [status(429, "", true), "again", "again"],
  [none("connect ECONNREFUSED 10.0.0.1:6443", true), "again", "again"],
  [none("ECONNRESET socket hang up", false), "in-doubt", "again"],
  [none("unable to verify the first certificate", true), "failed", "failed"],
];

test("a read that was cut is asked again, a write is in doubt, and a refusal is a failure at once", () => {
  for (const [answer, patch, get] of cases) {
    const told = JSON.stringify(answer);
    assert.deepEqual([judge("patch", answer), judge("get", answer)], [patch, get], told);
  }
});

test("a connection that a certificate ended is told from a server that is away", () => {
  for (const message of [
    "UNABLE_TO_VERIFY_LEAF_SIGNATURE unable to verify the first certificate",
    "SELF_SIGNED_CERT_IN_CHAIN self-signed certificate in certificate chain",
    "CERT_HAS_EXPIRED certificate has expired",
    "ERR_TLS_CERT_ALTNAME_INVALID Hostname/IP does not match certificate's altnames",
    "write EPROTO 40:error:0A000418:SSL routines:ssl3_read_bytes:tlsv1 alert unknown ca",
  ]) {
    assert.ok(isRefusal(message), message);
  }
  for (const message of [
    "connect ECONNREFUSED 10.0.0.1:6443",
    "read ECONNRESET",
    "ERR_HTTP2_STREAM_ERROR Stream closed with error code NGHTTP2_REFUSED_STREAM",
    "Client network socket disconnected before secure TLS connection was established",
    "no answer in 5000 ms",
  ]) {
    assert.ok(!isRefusal(message), message);
  }
});
