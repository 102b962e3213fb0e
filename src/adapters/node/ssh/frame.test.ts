import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";

import { isComplete, readFrame } from "./frame.ts";

const token = "0123456789abcdef";
const framed = (noise: Uint8Array, body: Uint8Array, end: string): Buffer =>
  Buffer.concat([
    noise,
    Buffer.from(`certwright-begin-${token}\n`),
    body,
    Buffer.from(`\ncertwright-end-${token} ${end}\n`),
  ]);

/** CERTWRIGHT_SEED repeats what a failure printed. */
const seed = Number(process.env["CERTWRIGHT_SEED"] ?? 5);
const any = fc.uint8Array({ maxLength: 200 });

test("any bytes come out of a frame as they went in, whatever was printed before and after", () => {
  fc.assert(
    fc.property(any, any, any, (noise, body, after) => {
      const output = Buffer.concat([framed(noise, body, "0"), after]);
      const frame = readFrame(output, token);
      assert.ok(typeof frame === "object");
      assert.equal(frame.end, "0");
      assert.deepEqual(new Uint8Array(frame.body), body);
      assert.ok(isComplete(output, token));
    }),
    { seed },
  );
});

test("a frame that is cut off anywhere is not taken for a whole one", () => {
  const whole = framed(Buffer.from("welcome\n"), Buffer.from("body\n\n"), "127");
  for (let length = 0; length < whole.length; length += 1) {
    const cut = whole.subarray(0, length);
    const begun = length >= "welcome\n".length + `certwright-begin-${token}\n`.length;
    assert.equal(readFrame(cut, token), begun ? "begun" : "none", `${length} bytes`);
    assert.equal(isComplete(cut, token), false);
  }
});

test("another call's frame is noise", () => {
  const other = framed(Buffer.alloc(0), Buffer.from("x"), "0")
    .toString()
    .replaceAll(token, "f".repeat(16));
  assert.equal(readFrame(Buffer.from(other), token), "none");
  const frame = readFrame(framed(Buffer.from(other), Buffer.from(other), "3"), token);
  assert.ok(typeof frame === "object");
  assert.deepEqual([frame.end, frame.body.toString()], ["3", other]);
});
