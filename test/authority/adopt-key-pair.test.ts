import assert from "node:assert/strict";
import { test } from "node:test";
import { keyMaker } from "../../src/adapters/crypto/node-keys.ts";
import type { KeySpec } from "../../src/core/model/key.ts";
import { makeCa } from "../issuance/workshop.ts";
import { withAuthority } from "./bent.ts";

const same = <T>(value: T): T => value;
const rsa: KeySpec = { algorithm: "rsa", bits: 2048 };
const name = "service-account-keys";
const from = "master-1:/etc/kubernetes/pki/sa.key";
const year = 365 * 86_400_000;

test("a key pair is the first generation of an issuer, has a successor of its kind, and signs no CA", async () => {
  await withAuthority(same, async (authority) => {
    const key = keyMaker.generate(rsa);
    const { change, canSign, generation } = await authority.adoptKeyPair({ name, key, from });
    assert.deepEqual([change, canSign, generation.stage], ["adopted", true, "issuing"]);
    assert.ok(generation.certificate.notAfter > Date.now() + 99 * year);
    const next = await authority.addGeneration(name, { number: 2 });
    assert.equal(next.generation.certificate.publicKey.algorithm, "rsa");
    assert.ok(next.generation.certificate.notAfter >= generation.certificate.notAfter);
    await assert.rejects(authority.crossSign(name, 2, 1), { code: "authority.no-room-below" });
    const signer = await authority.signer({ issuer: name, generation: 2, to: from });
    assert.match(signer.key.pem("traditional"), /^-----BEGIN RSA PRIVATE KEY-----/);
    await authority.setStage(name, 2, "issuing");
    assert.deepEqual(
      (await authority.issuer(name)).generations.map(({ stage }) => stage),
      ["retiring", "issuing"],
    );
  });
});

test("whoever asks a key pair for a certificate hears that it is no CA, of its successor, too", async () => {
  await withAuthority(same, async (authority) => {
    await authority.adoptKeyPair({ name, key: keyMaker.generate(rsa), from });
    await authority.addGeneration(name, { number: 2 });
    const order = { issuer: name, profile: "tls-client", commonName: "alice" };
    const refused = { code: "authority.key-pair-no-ca" };
    await assert.rejects(authority.issue(order), refused);
    await assert.rejects(authority.explain(order), refused);
    await assert.rejects(authority.issue({ ...order, generation: 2 }), refused);
    await assert.rejects(authority.createIntermediate({ name: "below", parent: name }), {
      code: "issuance.refused",
    });
    await assert.rejects(authority.crl(name), { code: "authority.no-revocation-lists" });
  });
});

test("the same key pair again changes nothing, of whichever generation it is", async () => {
  await withAuthority(same, async (authority) => {
    const key = keyMaker.generate(rsa);
    await authority.adoptKeyPair({ name, key, from });
    assert.equal((await authority.adoptKeyPair({ name, key, from })).change, "none");
    await authority.addGeneration(name, { number: 2 });
    const { key: second } = await authority.signer({ issuer: name, generation: 2, to: from });
    const again = await authority.adoptKeyPair({ name, key: second, from });
    assert.deepEqual([again.change, again.generation.number], ["none", 2]);
  });
});

test("another key under the same name, and a CA's key, are not taken", async () => {
  await withAuthority(same, async (authority) => {
    const ca = makeCa("kubernetes", rsa);
    await authority.adopt({
      name: "kubernetes-ca",
      certificates: [ca.certificate],
      key: ca.key,
      from: { certificate: "ca.crt", key: "ca.key" },
    });
    await assert.rejects(authority.adoptKeyPair({ name, key: ca.key, from }), {
      code: "authority.key-pair-elsewhere",
      message: /is that of the issuer kubernetes-ca, not of service-account-keys/,
    });
    await authority.adoptKeyPair({ name, key: keyMaker.generate(rsa), from });
    await assert.rejects(authority.adoptKeyPair({ name, key: keyMaker.generate(rsa), from }), {
      code: "authority.key-pair-taken",
    });
    await assert.rejects(
      authority.adoptKeyPair({ name: "a b", key: keyMaker.generate(rsa), from }),
      { code: "authority.invalid-name" },
    );
    assert.equal((await authority.issuers()).length, 2);
  });
});
