import assert from "node:assert/strict";
import { test } from "node:test";
import { utf8Bytes } from "../../bytes/utf8.ts";
import type { Case } from "../case.ts";
import { commandLinePlaces } from "../endpoint.ts";
import { readLog } from "./read-log.ts";
import { logSaying } from "./saying.ts";

const caseOf = (log: string): Case => ({
  now: 0,
  target: { word: "", kind: "log" },
  machine: { uid: 0, hostname: "here", addresses: [] },
  configs: [],
  files: [],
  log: readLog(utf8Bytes(log), "some.log"),
  client: { insecure: false, who: "the client", places: commandLinePlaces },
  clock: { ours: 0 },
  siblings: [],
  nearby: [],
  blind: [],
  verify: () => {
    throw new Error("nothing to verify");
  },
});

const whereIn = (line: string): string | undefined => logSaying(caseOf(line), { says: /./ })?.where;

test("the place that a client wanted to reach is found in the words of each program", () => {
  assert.equal(
    whereIn("curl: (7) Failed to connect to 10.0.0.7 port 2379 after 0 ms: Couldn't connect"),
    "10.0.0.7:2379",
  );
  assert.equal(whereIn("dial tcp 10.0.0.7:2379: connect: connection refused"), "10.0.0.7:2379");
  assert.equal(whereIn("dial tcp [fd00::7]:2379: i/o timeout"), "[fd00::7]:2379");
  assert.equal(whereIn("dial tcp: lookup etcd1.corp on 10.0.0.53:53: no such host"), "etcd1.corp");
  assert.equal(whereIn("connect ECONNREFUSED 10.0.0.7:2379"), "10.0.0.7:2379");
  assert.equal(whereIn("java.net.UnknownHostException: etcd1.corp"), "etcd1.corp");
  assert.equal(whereIn('Get "https://etcd1.corp:2379/health": EOF'), "etcd1.corp:2379");
  assert.equal(whereIn("nothing to be seen here"), "the server");
});

test("the last line counts, and one about another machine before one about this one", () => {
  const found = logSaying(
    caseOf(
      [
        "2026/11/22 10:12:01 http: TLS handshake error from 10.0.0.7:1: EOF",
        "2026/11/22 10:12:02 http: TLS handshake error from 10.0.0.8:1: EOF",
        "2026/11/22 10:12:03 http: TLS handshake error from 127.0.0.1:1: EOF",
      ].join("\n"),
    ),
    { says: /EOF/ },
  );
  assert.equal(found?.where, "10.0.0.8");
  assert.equal(found.certainty, "possible");
  assert.equal(found.evidence.length, 2);
});

test("lines about something else are passed over", () => {
  const seen = caseOf("EOF from the proxy");
  assert.equal(logSaying(seen, { says: /EOF/, unless: /proxy/ }), undefined);
  assert.equal(logSaying(seen, { says: /EOF/, role: "server" }), undefined);
});
