import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { seed } from "../../../test/x509/seed.ts";
import { decodeBase64, encodeBase64 } from "./base64.ts";
import { compareBytes, equalBytes, viewOf } from "./compare.ts";
import { bytesOfHex, hexOf } from "./hex.ts";
import { Recent } from "./recent.ts";
import { asciiBytes, asciiOf, isAscii, latin1Of, utf8Bytes, utf8Of } from "./utf8.ts";

const anyBytes = fc.uint8Array({ maxLength: 700 });
const plain = (buffer: Buffer): Uint8Array => new Uint8Array(buffer);

test("hexadecimal is Node's, both ways, of any range", () => {
  fc.assert(
    fc.property(anyBytes, fc.nat(20), (bytes, start) => {
      fc.pre(start <= bytes.length);
      const text = Buffer.from(bytes).toString("hex");
      assert.equal(hexOf(bytes, start), text.slice(2 * start));
      assert.deepEqual(bytesOfHex(text), bytes);
      assert.deepEqual(bytesOfHex(text.toUpperCase()), bytes);
    }),
    { seed },
  );
  for (const wrong of ["0", "0g", "g0", "0x", "é0", "0:"])
    assert.equal(bytesOfHex(wrong), undefined, wrong);
});

test("base64 is Node's, both ways, in lines or not", () => {
  fc.assert(
    fc.property(anyBytes, (bytes) => {
      const text = Buffer.from(bytes).toString("base64");
      assert.equal(encodeBase64(bytes), text);
      const lines = encodeBase64(bytes, 64);
      assert.equal(lines.replaceAll("\n", ""), text);
      assert.ok(
        lines.split("\n").every((line, i, all) => line.length === 64 || i === all.length - 1),
      );
      assert.deepEqual(decodeBase64(asciiBytes(`${lines}\r\n \t`)), { ok: true, bytes });
    }),
    { seed },
  );
});

test("base64 that is not the one text for its bytes is refused with the place", () => {
  const read = (text: string) => decodeBase64(asciiBytes(text));
  assert.deepEqual(read("AA*A"), { ok: false, offset: 2, why: "character" });
  assert.deepEqual(read("AA-A"), { ok: false, offset: 2, why: "character" });
  assert.deepEqual(read("AAA"), { ok: false, offset: 3, why: "length" });
  assert.deepEqual(read("AA="), { ok: false, offset: 3, why: "length" });
  assert.deepEqual(read("A==="), { ok: false, offset: 1, why: "padding" });
  assert.deepEqual(read("AA===="), { ok: false, offset: 4, why: "padding" });
  assert.deepEqual(read("AA==AA=="), { ok: false, offset: 4, why: "padding" });
  assert.deepEqual(read("AAAA="), { ok: false, offset: 4, why: "padding" });
  assert.deepEqual(read("AB=="), { ok: false, offset: 4, why: "trailing-bits" });
  assert.deepEqual(read(""), { ok: true, bytes: new Uint8Array(0) });
});

test("UTF-8 is Node's for every text, and for every sequence of octets valid exactly when Node's is", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary", maxLength: 300 }), (text) => {
      assert.deepEqual(utf8Bytes(text), plain(Buffer.from(text)));
      assert.deepEqual(utf8Of(utf8Bytes(text)), { text: text.toWellFormed(), valid: true });
    }),
    { seed },
  );
  const fatal = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  const valid = (bytes: Uint8Array): boolean => {
    try {
      fatal.decode(bytes);
      return true;
    } catch {
      return false;
    }
  };
  const octet = fc.constantFrom(
    0x41,
    0x7f,
    0x80,
    0x8f,
    0x90,
    0x9f,
    0xa0,
    0xbf,
    0xc0,
    0xc1,
    0xc2,
    0xdf,
    0xe0,
    0xed,
    0xef,
    0xf0,
    0xf4,
    0xf5,
    0xff,
  );
  fc.assert(
    fc.property(
      fc.uint8Array({ maxLength: 6 }),
      fc.array(octet, { maxLength: 6 }),
      (noise, edges) => {
        for (const bytes of [noise, Uint8Array.from(edges)])
          assert.equal(utf8Of(bytes).valid, valid(bytes), hexOf(bytes));
      },
    ),
    { seed, numRuns: 20_000 },
  );
  assert.deepEqual(utf8Bytes("a\uD800b"), plain(Buffer.from("a\uFFFDb")));
});

test("Latin-1 and ASCII are read whole, whatever the length", () => {
  fc.assert(
    fc.property(anyBytes, (bytes) => {
      assert.equal(latin1Of(bytes), Buffer.from(bytes).toString("latin1"));
      const low = bytes.map((octet) => octet & 0x7f);
      assert.equal(asciiOf(low, 0, low.length), Buffer.from(low).toString("latin1"));
      assert.equal(
        isAscii(bytes),
        bytes.every((octet) => octet < 0x80),
      );
      assert.equal(asciiOf(bytes, 0, bytes.length) === undefined, !isAscii(bytes));
    }),
    { seed },
  );
});

test("octets are ordered as Node orders them", () => {
  fc.assert(
    fc.property(
      fc.uint8Array({ maxLength: 4, max: 2 }),
      fc.uint8Array({ maxLength: 4, max: 2 }),
      (a, b) => {
        assert.equal(Math.sign(compareBytes(a, b)), Buffer.compare(a, b));
        assert.equal(equalBytes(a, b), Buffer.compare(a, b) === 0);
      },
    ),
    { seed, numRuns: 1000 },
  );
});

test("a view shares its memory and is a plain array even of a Buffer", () => {
  const buffer = Buffer.from([1, 2, 3, 4]);
  const view = viewOf(buffer, 1, 3);
  assert.equal(Object.getPrototypeOf(view), Uint8Array.prototype);
  buffer[1] = 9;
  assert.deepEqual(view, Uint8Array.of(9, 3));
});

test("what is remembered is found by its octets only, and never holds more than its slots", () => {
  const recent = new Recent<string>(16, 8);
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 10 }), (bytes) => {
      const text = hexOf(bytes);
      const known = recent.find(bytes, 0, bytes.length);
      assert.ok(known === undefined || known === text);
      recent.keep(bytes, 0, bytes.length, text);
      assert.equal(recent.find(bytes, 0, bytes.length), bytes.length <= 8 ? text : undefined);
    }),
    { seed, numRuns: 2000 },
  );
});
