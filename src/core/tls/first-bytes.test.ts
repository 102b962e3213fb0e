import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { asciiBytes } from "../bytes/utf8.ts";
import { classifyFirstBytes } from "./first-bytes.ts";

const seed = Number(process.env["CERTWRIGHT_SEED"] ?? 20_261_123);
const of = (text: string) => classifyFirstBytes(asciiBytes(text));

test("peers that are no TLS servers give themselves away", () => {
  const cases: readonly [string, ReturnType<typeof of>][] = [
    ["", { kind: "nothing" }],
    ["\x16\x03\x03", { kind: "tls-handshake" }],
    ["\x15\x03\x01\0\x02\x02\x46", { kind: "tls-alert", number: 70, name: "protocol_version" }],
    [
      "HTTP/1.1 400 Bad Request\r\nServer: x\r\n",
      { kind: "http", status: 400, text: "HTTP/1.1 400 Bad Request" },
    ],
    ["<html><h1>no</h1>", { kind: "http", text: "<html><h1>no</h1>" }],
    ["\0\0\x12\x04\0\0\0\0\0\0\x03", { kind: "http2" }],
    ["SSH-2.0-OpenSSH_9.2p1\r\n", { kind: "ssh", text: "SSH-2.0-OpenSSH_9.2p1" }],
    ["220 mail.lab.test ESMTP\r\n", { kind: "smtp-or-ftp", text: "220 mail.lab.test ESMTP" }],
    ["* OK IMAP4rev1 ready\r\n", { kind: "imap", text: "* OK IMAP4rev1 ready" }],
    ["+OK POP3 ready\r\n", { kind: "pop3", text: "+OK POP3 ready" }],
    ["-DENIED Redis is running\r\n", { kind: "redis", text: "-DENIED Redis is running" }],
    ["RFB 003.008\n", { kind: "vnc", text: "RFB 003.008" }],
    ["J\0\0\0\x0a8.0.36\0\x08\0\0\0", { kind: "mysql", text: "8.0.36" }],
    [
      "E\0\0\0\xff\x6a\x04Host '10.0.0.9' is not allowed",
      { kind: "mysql", text: "Host '10.0.0.9' is not allowed" },
    ],
    ["S", { kind: "postgresql", answer: "S", text: "S" }],
    ["N", { kind: "postgresql", answer: "N", text: "N" }],
    ["E\0\0\0\x54SFATAL\0C08P01\0", { kind: "postgresql", answer: "E", text: "SFATAL C08P01 " }],
    ["\xff\xfd\x18\xff\xfd\x20", { kind: "telnet" }],
    ["hello\n", { kind: "text", text: "hello" }],
    ["\x01\x02\x03\x04\x05\x06\x07\x08", { kind: "binary", text: "........" }],
  ];
  for (const [text, expected] of cases) assert.deepEqual(of(text), expected, JSON.stringify(text));
});

test("no bytes make it throw, and its words hold no control characters", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 600 }), (bytes) => {
      const seen = classifyFirstBytes(bytes);
      if ("text" in seen) assert.match(seen.text, /^[\x20-\x7e]{0,255}$/);
    }),
    { seed, numRuns: 3000 },
  );
});
