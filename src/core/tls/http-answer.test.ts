import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { asciiBytes } from "../bytes/utf8.ts";
import { readAnswer, readHttpDate } from "./http-answer.ts";

const seed = Number(process.env["CERTWRIGHT_SEED"] ?? 20_261_123);
const whole =
  'HTTP/1.1 401 Unauthorized\r\nDate: Sun, 22 Nov 2026 10:12:01 GMT\r\nContent-Length: 17\r\n\r\n{"kind":"Status"}';

test("status, date and body of an answer are read", () => {
  const answer = readAnswer(asciiBytes(whole));
  assert.equal(answer.status, 401);
  assert.equal(answer.statusLine, "HTTP/1.1 401 Unauthorized");
  assert.equal(answer.date, Date.UTC(2026, 10, 22, 10, 12, 1));
  assert.equal(answer.body, '{"kind":"Status"}');
  assert.equal(answer.complete, true);
});

test("an answer is complete with its last octet and not before", () => {
  for (let end = 0; end < whole.length; end++)
    assert.equal(readAnswer(asciiBytes(whole.slice(0, end))).complete, false, `${end}`);
  const chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n";
  assert.equal(readAnswer(asciiBytes(chunked)).complete, true);
  assert.equal(readAnswer(asciiBytes(chunked.slice(0, -1))).complete, false);
});

test("HTTP/2's SETTINGS are an answer", () => {
  const answer = readAnswer(asciiBytes("\0\0\0\x04\0\0\0\0\0"));
  assert.deepEqual(answer, { first: { kind: "http2" }, headers: {}, body: "", complete: true });
});

test("only the fixed form of RFC 9110 is a date", () => {
  assert.equal(readHttpDate("Sun, 06 Nov 1994 08:49:37 GMT"), 784_111_777_000);
  for (const text of ["", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun, 06 xNo 1994 08:49:37 GMT"])
    assert.equal(readHttpDate(text), undefined, text);
});

test("no bytes make it throw", () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 300 }), (text) => {
      readAnswer(asciiBytes(`HTTP/1.1 ${text}`));
    }),
    { seed, numRuns: 2000 },
  );
});
