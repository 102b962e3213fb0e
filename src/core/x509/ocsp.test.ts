import assert from "node:assert/strict";
import { test } from "node:test";
import { bytesOfHex } from "../bytes/hex.ts";
import { readOcspResponse } from "./ocsp.ts";

/** A response with one status, put together by hand from RFC 6960 section 4.2.1; the signature is not looked at. */
const response = (status: string): Uint8Array => {
  const wrap = (tag: string, ...parts: readonly string[]): string => {
    const body = parts.join("");
    const length = body.length / 2;
    const octets = length < 128 ? length.toString(16).padStart(2, "0") : `81${length.toString(16)}`;
    return `${tag}${octets}${body}`;
  };
  const time = (text: string): string =>
    wrap("18", ...[...text].map((one) => one.codePointAt(0)!.toString(16)));
  const identity = wrap("30", "3003060100", "040101", "040102", wrap("02", "00b5a4"));
  const single = wrap("30", identity, status, time("20261122000000Z"));
  const data = wrap("30", wrap("a2", "0400"), time("20261122000000Z"), wrap("30", single));
  const basic = wrap("30", data, "3000", "030100");
  const bytes = wrap("a0", wrap("30", "06092b0601050507300101", wrap("04", basic)));
  return bytesOfHex(wrap("30", "0a0100", bytes))!;
};

test("a response tells the status of a serial number without its sign octet", () => {
  const [good] = readOcspResponse(response("8000"))!;
  assert.deepEqual(good, {
    serial: "b5a4",
    status: "good",
    thisUpdate: Date.UTC(2026, 10, 22),
  });
  assert.equal(readOcspResponse(response("8200"))?.[0]?.status, "unknown");
});

test("a response that is cut off anywhere, or refused, tells nothing and does not throw", () => {
  const whole = response("8000");
  for (let end = 0; end < whole.length; end++)
    assert.doesNotThrow(() => readOcspResponse(whole.subarray(0, end)));
  assert.equal(readOcspResponse(bytesOfHex("30030a0106")!), undefined, "unauthorized");
  assert.equal(readOcspResponse(new Uint8Array()), undefined);
});
