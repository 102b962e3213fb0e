/** What the load counts as failed; see tools/etcd-load/policy.ts. */
import assert from "node:assert/strict";
import test from "node:test";
import { isRefusal, judge, type Verdict } from "../../../tools/etcd-load/policy.ts";

const cases: readonly (readonly [code: string, message: string, put: Verdict, get: Verdict])[] = [
  ["UNAVAILABLE", "etcdserver: leader changed", "in-doubt", "again"],
  ["UNAVAILABLE", "Connection dropped", "in-doubt", "again"],
  ["UNAVAILABLE", "etcdserver: request timed out", "in-doubt", "again"],
  ["DEADLINE_EXCEEDED", "Deadline exceeded after 2.5s", "in-doubt", "again"],
  ["UNKNOWN", "Received HTTP status code 200", "in-doubt", "again"],
  ["UNKNOWN", "raft proposal dropped", "again", "failed"],
  ["UNKNOWN", "etcdserver: revision of auth store is old", "again", "again"],
  ["PERMISSION_DENIED", "etcdserver: permission denied", "failed", "failed"],
  ["UNAUTHENTICATED", "etcdserver: invalid auth token", "failed", "failed"],
  ["RESOURCE_EXHAUSTED", "etcdserver: mvcc: database space exceeded", "failed", "failed"],
];

test("a write is asked again only when it was certainly not done; what was cut is in doubt", () => {
  for (const [code, message, put, get] of cases) {
    const answer = { ok: false, code, message, unsent: false } as const;
    assert.deepEqual([judge("put", answer), judge("get", answer)], [put, get], message);
  }
});

test("whoever made no connection asks the next member", () => {
  const answer = {
    ok: false,
    code: "UNAVAILABLE",
    message: "No connection established. Last error: connect ECONNREFUSED",
    unsent: true,
  } as const;
  assert.deepEqual([judge("put", answer), judge("get", answer)], ["again", "again"]);
});

test("a handshake that a certificate ended is told from a member that is away", () => {
  for (const message of [
    "No connection established. Last error: Error: unable to verify the first certificate",
    "No connection established. Last error: self-signed certificate in certificate chain",
    "write EPROTO 40:error:0A000418:SSL routines:ssl3_read_bytes:tlsv1 alert unknown ca",
    "error:05800074:x509 certificate routines::key values mismatch",
    "certificate has expired",
  ]) {
    assert.ok(isRefusal(message), message);
  }
  for (const message of [
    "No connection established. Last error: Error: connect ECONNREFUSED 127.0.0.1:2379",
    "read ECONNRESET",
    "Connection dropped",
    "etcdserver: leader changed",
  ]) {
    assert.ok(!isRefusal(message), message);
  }
});
