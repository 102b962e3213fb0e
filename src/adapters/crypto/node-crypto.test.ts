import assert from "node:assert/strict";
import { generateKeyPairSync, sign } from "node:crypto";
import { test } from "node:test";
import { DerWriter } from "../../core/x509/der-writer.ts";
import { element } from "../../../test/x509/der-builder.ts";
import { keyKinds, testKey, type KeyKind } from "../../../test/x509/material.ts";
import { parsePublicKey } from "../../core/x509/public-key.ts";
import { signatureAlgorithmDer } from "../../core/x509/algorithms.ts";
import { digests } from "./node-digests.ts";
import { keyMaker } from "./node-keys.ts";
import { verifySignature } from "./node-verify.ts";

const data = new Uint8Array([1, 2, 3]);
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");

test("digests are those of FIPS 180-4's example", () => {
  const abc = new Uint8Array(Buffer.from("abc"));
  assert.equal(
    digests.sha256Hex(abc),
    "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
  );
  assert.equal(hex(digests.sha256(abc)), digests.sha256Hex(abc));
  assert.equal(hex(digests.sha1(abc)), "a9993e364706816aba3e25717850c26c9cd0d89d");
});

test("every key kind has the size and curve that was asked for", () => {
  for (const [kind, [spec]] of Object.entries(keyKinds)) {
    const key = parsePublicKey(testKey(kind as KeyKind).spki, digests);
    assert.equal(key.algorithm, spec.algorithm);
    if (spec.algorithm === "rsa") assert.equal(key.bits, spec.bits);
    if (spec.algorithm === "ec") assert.equal(key.curve, spec.curve);
  }
});

test("a thousand P-521 keys survive their encoding, those with leading zeros too", () => {
  for (let i = 0; i < 1000; i++) {
    const key = keyMaker.generate({ algorithm: "ec", curve: "P-521" });
    assert.equal(key.pkcs8().length, 241);
    if (i % 100 === 0) assert.deepEqual(keyMaker.load(key.pkcs8()).spki, key.spki);
  }
});

test("a signature is not one under another key, another algorithm or of other data", () => {
  const key = testKey("P-256");
  const signature = key.sign("ecdsa-sha256", data);
  const oid = "1.2.840.10045.4.3.2";
  assert.ok(verifySignature(key.spki, { oid }, data, signature));
  assert.ok(!verifySignature(key.spki, { oid }, data.with(0, 9), signature));
  assert.ok(!verifySignature(key.spki, { oid: "1.2.840.10045.4.3.3" }, data, signature));
  assert.ok(!verifySignature(testKey("P-384").spki, { oid }, data, signature));
  assert.ok(!verifySignature(testKey("RSA-2048").spki, { oid }, data, signature));
  // RSA's identifier over an EC key: OpenSSL alone would look at the digest only.
  assert.ok(!verifySignature(key.spki, { oid: "1.2.840.113549.1.1.11" }, data, signature));
  assert.ok(!verifySignature(key.spki, { oid }, data, new Uint8Array(0)));
  assert.ok(!verifySignature(new Uint8Array(5), { oid }, data, signature));
  assert.ok(
    !verifySignature(
      key.spki.with(key.spki.length - 1, key.spki.at(-1)! ^ 1),
      { oid },
      data,
      signature,
    ),
  );
});

test("MD5, DSA and what is not known do not verify, SHA-1 with RSA does", () => {
  const pair = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const spki = new Uint8Array(pair.publicKey.export({ type: "spki", format: "der" }));
  const by = (digest: string) => sign(digest, data, pair.privateKey);
  assert.ok(!verifySignature(spki, { oid: "1.2.840.113549.1.1.4" }, data, by("md5")));
  assert.ok(verifySignature(spki, { oid: "1.2.840.113549.1.1.5" }, data, by("sha1")));
  assert.ok(!verifySignature(spki, { oid: "1.2.840.113549.1.1.14" }, data, by("sha224")));
  assert.ok(!verifySignature(spki, { oid: "1.2.3" }, data, by("sha256")));
});

/** RSASSA-PSS-params of three OIDs' content octets and a salt length. */
const pss = (hash: string, mgfHash: string, salt: number): Uint8Array => {
  const digest = (oid: string): Uint8Array => element(0x30, element(6, oid), "0500");
  const salted = new DerWriter(8);
  salted.integer(salt);
  return element(
    0x30,
    element(0xa0, digest(hash)),
    element(0xa1, element(0x30, "06092a864886f70d010108", digest(mgfHash))),
    element(0xa2, salted.finish()),
  );
};

test("RSASSA-PSS verifies with the parameters that it was made with, and no others", () => {
  const key = testKey("RSA-2048");
  const signature = key.sign("rsa-pss-sha256", data);
  const oid = "1.2.840.113549.1.1.10";
  const sha256 = "608648016503040201";
  const sha384 = "608648016503040202";
  const verify = (parameters?: Uint8Array, spki = key.spki): boolean =>
    verifySignature(
      spki,
      parameters === undefined ? { oid } : { oid, parameters },
      data,
      signature,
    );
  assert.ok(verify(pss(sha256, sha256, 32)));
  assert.ok(!verify(pss(sha256, sha256, 20)));
  assert.ok(!verify(pss(sha384, sha384, 48)));
  assert.ok(!verify(pss(sha256, sha384, 32)));
  assert.ok(!verify(pss("2a864886f70d0205", sha256, 32)), "MD5 as digest");
  assert.ok(!verify(Uint8Array.of(0x30, 0)), "all defaults are SHA-1");
  assert.ok(!verify(Uint8Array.of(5, 0)));
  assert.ok(!verify());
  assert.ok(!verify(pss(sha256, sha256, 32), testKey("P-256").spki));
  const written = signatureAlgorithmDer["rsa-pss-sha256"];
  assert.equal(
    hex(written).slice(-2 * pss(sha256, sha256, 32).length),
    hex(pss(sha256, sha256, 32)),
  );
});

test("a key of the wrong kind refuses to sign, and a foreign one to load, without a word of the key", () => {
  assert.throws(() => testKey("P-256").sign("rsa-sha256", data), { code: "x509.key-mismatch" });
  assert.throws(
    () => keyMaker.load(new Uint8Array(40).fill(7)),
    (error: Error) =>
      !("cause" in error && error.cause !== undefined) &&
      /no unencrypted PKCS#8/.test(error.message),
  );
  for (const [pair, what] of [
    [generateKeyPairSync("ec", { namedCurve: "secp256k1" }), /secp256k1/],
    [generateKeyPairSync("rsa", { modulusLength: 1024 }), /RSA of 1024 bits/],
    [generateKeyPairSync("ed448"), /ed448/],
  ] as const) {
    const pkcs8 = new Uint8Array(pair.privateKey.export({ type: "pkcs8", format: "der" }));
    assert.throws(() => keyMaker.load(pkcs8), what);
  }
});
