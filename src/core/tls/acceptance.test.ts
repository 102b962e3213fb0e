import assert from "node:assert/strict";
import { test } from "node:test";
import { judgeAcceptance } from "./acceptance.ts";
import { alertName } from "./alerts.ts";
import { readFlight, type Flight } from "./flight.ts";
import { readAnswer } from "./http-answer.ts";
import type { Connection, Handshake, Observation } from "./observation.ts";

const asked: Partial<Flight> = {
  certificateRequest: { types: [], signatureSchemes: [], authorities: [] },
};
const empty = readFlight(new Uint8Array(0));

interface Scene {
  readonly flight?: Partial<Flight>;
  readonly handshake?: Partial<Handshake>;
  readonly end?: Connection["end"]["how"];
  readonly http?: string;
  readonly ended?: "done" | "aborted";
}

const seen = (scene: Scene): Observation => ({
  host: "etcd1",
  port: 2379,
  startedAt: 0,
  milliseconds: 9,
  phases: [{ name: "settle", start: 1, end: 2, ended: scene.ended ?? "done" }],
  names: { addresses: ["10.0.0.1"], source: "dns", servers: [], queries: [], milliseconds: 1 },
  attempts: [],
  connection: {
    address: "10.0.0.1",
    localAddress: "10.0.0.2",
    sent: 1,
    received: 1,
    first: { kind: "tls-handshake" },
    end: { how: scene.end ?? "open", at: 9 },
  },
  handshake: {
    completed: true,
    version: "TLSv1.3",
    closeNotify: false,
    presented: true,
    flight: { ...empty, ...asked, ...scene.flight },
    ...scene.handshake,
  },
  ...(scene.http === undefined
    ? {}
    : { answer: readAnswer(Uint8Array.from(scene.http, (c) => c.charCodeAt(0))) }),
});

const alert = (number: number, completed = true): Partial<Handshake> => ({
  completed,
  alert: {
    level: 2,
    number,
    name: alertName(number),
    time: completed ? "after-handshake" : "during-handshake",
  },
});

const verdictOf = (scene: Scene): string => {
  const judged = judgeAcceptance(seen(scene));
  assert.ok(judged.reasons.length > 0);
  if (judged.verdict !== "refused") return judged.verdict;
  const { by } = judged;
  const detail = by.kind === "alert" ? by.number : by.kind === "http" ? by.status : "";
  return `refused ${by.kind} ${detail}`.trim();
};

test("a completed handshake of TLS 1.3 proves nothing by itself", () => {
  assert.equal(verdictOf({}), "unknown");
  assert.equal(verdictOf({ flight: { tickets: 1 } }), "accepted");
  assert.equal(verdictOf({ handshake: { version: "TLSv1.2" } }), "accepted");
});

test("alerts about certificates refuse, whenever they come; others tell nothing", () => {
  for (const number of [40, 42, 43, 45, 46, 48, 49, 116])
    assert.equal(verdictOf({ handshake: alert(number) }), `refused alert ${number}`);
  assert.equal(verdictOf({ handshake: alert(42, false) }), "refused alert 42");
  assert.equal(verdictOf({ handshake: alert(80) }), "unknown");
  const unasked = { flight: { certificateRequest: undefined } as never };
  assert.equal(verdictOf({ handshake: alert(40, false), ...unasked }), "unknown");
});

test("an end without a word behind a certificate request refuses, even after a ticket", () => {
  assert.equal(verdictOf({ end: "fin" }), "refused end");
  assert.equal(verdictOf({ end: "fin", flight: { tickets: 1 } }), "refused end");
  assert.equal(verdictOf({ handshake: { closeNotify: true } }), "refused end");
  assert.equal(verdictOf({ end: "reset" }), "refused reset");
  assert.equal(verdictOf({ end: "fin", handshake: { completed: false } }), "refused end");
  const unasked = { flight: { certificateRequest: undefined } as never };
  assert.equal(verdictOf({ end: "fin", handshake: { completed: false }, ...unasked }), "unknown");
});

test("HTTP answers refuse when they speak of who we are", () => {
  const nginx = "HTTP/1.1 400 Bad Request\r\n\r\n<center>The SSL certificate error</center>";
  assert.equal(verdictOf({ http: nginx, end: "fin" }), "refused http 400");
  assert.equal(verdictOf({ http: "HTTP/1.1 400 Bad Request\r\n\r\nbad Host" }), "accepted");
  assert.equal(verdictOf({ http: "HTTP/1.1 401 Unauthorized\r\n\r\n" }), "refused http 401");
  const anonymous = 'HTTP/1.1 403 Forbidden\r\n\r\n{"message":"User \\"system:anonymous\\""}';
  assert.equal(verdictOf({ http: anonymous }), "refused http 403");
  assert.equal(
    verdictOf({ http: "HTTP/1.1 403 Forbidden\r\n\r\n", handshake: { presented: false } }),
    "refused http 403",
  );
  assert.equal(verdictOf({ http: 'HTTP/1.1 403 Forbidden\r\n\r\nUser "bob"' }), "accepted");
  assert.equal(verdictOf({ http: "HTTP/1.1 404 Not Found\r\n\r\n", end: "fin" }), "accepted");
});

test("PostgreSQL refuses in words of its own, and what it says before it knows us tells nothing", () => {
  const error = (code: string, message: string): string =>
    `E\0\0\0\x50SFATAL\0VFATAL\0C${code}\0M${message}\0Fauth.c\0\0`;
  const demands = error("28000", "connection requires a valid client certificate");
  assert.equal(verdictOf({ http: demands, end: "fin" }), "refused message");
  assert.equal(
    verdictOf({ http: error("28000", 'certificate authentication failed for user "bob"') }),
    "refused message",
  );
  assert.equal(verdictOf({ http: error("28000", "no pg_hba.conf entry for host") }), "accepted");
  assert.equal(verdictOf({ http: error("3D000", 'database "x" does not exist') }), "accepted");
  assert.equal(
    verdictOf({ http: error("57P03", "the database system is starting up"), end: "fin" }),
    "unknown",
  );
  assert.equal(verdictOf({ http: "R\0\0\0\x17\0\0\0\x0aSCRAM-SHA-256\0\0" }), "accepted");
});

test("an interrupted probe knows nothing", () => {
  assert.equal(verdictOf({ ended: "aborted", flight: { tickets: 1 } }), "unknown");
  const { handshake: _, connection: __, ...rest } = seen({});
  assert.equal(judgeAcceptance(rest).verdict, "unknown");
});
