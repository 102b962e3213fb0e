import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { utf8Bytes } from "../../bytes/utf8.ts";
import { looksLikeLog, readLog } from "./read-log.ts";

const read = (text: string) => readLog(utf8Bytes(text), "etcd.log");

test("etcd 3.6 says whose certificate it refused and why", () => {
  const [event] = read(
    '{"level":"warn","ts":"2026-11-22T10:12:01.332Z","caller":"embed/config_logging.go:160","msg":"rejected connection on client endpoint","remote-addr":"10.0.0.7:41234","server-name":"","error":"tls: failed to verify certificate: x509: certificate has expired or is not yet valid: current time 2026-11-22T10:12:01Z is after 2026-11-20T10:11:14Z"}',
  );
  assert.equal(event?.program, "etcd");
  assert.equal(event.remote, "10.0.0.7");
  assert.equal(event.at, Date.UTC(2026, 10, 22, 10, 12, 1));
  assert.deepEqual(event.told, { cause: "expired", whose: "client" });
});

test("etcd 3.4 under docker and journald says it too", () => {
  const [event] = read(
    'Oct 15 12:18:29 etcd1.local docker[832]: 2020-10-15 15:18:29.066104 I | embed: rejected connection from "192.168.255.42:54608" (error "tls: failed to verify client\'s certificate: x509: certificate has expired or is not yet valid", ServerName " etcd1.local")',
  );
  assert.equal(event?.remote, "192.168.255.42");
  assert.equal(event.servername, "etcd1.local");
  assert.deepEqual(event.told, { cause: "expired", whose: "client" });
});

test("an alert from the other side is about the writer's own certificate", () => {
  const [event] = read(
    "2026/11/22 10:12:01 http: TLS handshake error from 10.0.0.7:41234: remote error: tls: unknown certificate authority",
  );
  assert.deepEqual(event?.told, { cause: "unknown-authority", whose: "server" });
});

test("Go's one sentence is told apart by what follows", () => {
  const [event] = read(
    "2026/11/22 10:12:01 http: TLS handshake error from 10.0.0.7:1: tls: failed to verify certificate: x509: certificate has expired or is not yet valid: current time 2026-11-22T10:17:16Z is before 2026-11-23T10:15:11Z",
  );
  assert.deepEqual(event?.told, { cause: "not-yet-valid", whose: "client" });
});

test("kube-apiserver cannot authenticate a request", () => {
  const [event] = read(
    'E1122 10:12:01.123456       1 authentication.go:75] "Unable to authenticate the request" err="verifying certificate SN=1, SKID=, AKID=DE:92 failed: x509: certificate signed by unknown authority"',
  );
  assert.equal(event?.program, "kube-apiserver");
  assert.deepEqual(event.told, { cause: "unknown-authority", whose: "client" });
});

test("a text that is no log is none, and its lines are kept", () => {
  const events = read("hello\n\nworld\n");
  assert.deepEqual(
    events.map(({ text, line }) => `${line} ${text}`),
    ["1 hello", "3 world"],
  );
  assert.ok(!looksLikeLog(events));
});

test("no bytes make the reader throw, and no line is kept longer than 500 characters", () => {
  const seed = Number(process.env["FUZZ_SEED"] ?? 20_261_123);
  const word = fc.constantFrom(
    '{"level"',
    '"msg":"',
    '"error":"\\',
    'embed: rejected connection from "',
    '(error "',
    "http: TLS handshake error from ",
    "E1122 10:12:01.1  1 a.go:1] ",
    "[error] 1#1: *1 ",
    "x509: ",
    "\u0000\u001b[2J",
    "\n",
  );
  const text = fc.array(fc.oneof(word, fc.string()), { maxLength: 40 }).map((all) => all.join(""));
  fc.assert(
    fc.property(fc.oneof(text.map(utf8Bytes), fc.uint8Array({ maxLength: 4000 })), (bytes) => {
      for (const { raw } of readLog(bytes, "-")) assert.ok(raw.length <= 500);
    }),
    { seed, numRuns: 500 },
  );
});
