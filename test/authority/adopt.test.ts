import assert from "node:assert/strict";
import { test } from "node:test";

import { verifySignature } from "../../src/adapters/crypto/node-verify.ts";
import { keyMaker } from "../../src/adapters/crypto/node-keys.ts";
import type { Certificate } from "../../src/core/model/certificate.ts";
import type { KeySpec } from "../../src/core/model/key.ts";
import { formatName } from "../../src/core/x509/names.ts";
import type { Authority, Probe } from "../../src/engine/authority/authority.ts";
import { makeCa, type Pair } from "../issuance/workshop.ts";
import { withAuthority } from "./bent.ts";

const same = <T>(value: T): T => value;
const rsa: KeySpec = { algorithm: "rsa", bits: 2048 };

const orderOf = (name: string, { certificate, key }: Pair, ...more: readonly Certificate[]) => ({
  name,
  certificates: [certificate, ...more],
  key,
  from: { certificate: "ca.crt", key: "ca.key" },
});

const subjects = (certificates: readonly Certificate[]): readonly string[] =>
  certificates.map(({ subject }) => formatName(subject));

test("an adopted RSA CA signs probes that are nobody, and its successor has the same kind of key", async () => {
  await withAuthority(same, async (authority) => {
    const ca = makeCa("kubernetes", rsa);
    const { change, canSign } = await authority.adopt(orderOf("kubernetes-ca", ca));
    assert.deepEqual([change, canSign], ["adopted", true]);
    await authority.addGeneration("kubernetes-ca", { number: 2 });
    const probes: Probe[] = [];
    for (const generation of [1, 2]) {
      probes.push(
        await authority.probe({
          issuer: "kubernetes-ca",
          generation,
          usage: "client",
          names: { commonName: "certwright-probe" },
        }),
      );
    }
    for (const { certificate } of probes) {
      // RBAC takes CN for the user and O for groups.
      assert.equal(formatName(certificate.subject), "CN=certwright-probe");
    }
    const { generations } = await authority.issuer("kubernetes-ca");
    assert.deepEqual(
      generations.map(({ certificate }) => certificate?.publicKey.algorithm),
      ["rsa", "rsa"],
    );
  });
});

test("a CA that has expired, and one that is not valid yet, is not adopted", async () => {
  const ca = makeCa("kubernetes", { algorithm: "ec", curve: "P-256" }, { lifetime: 86_400_000 });
  for (const [days, why] of [
    [2, /^ca\.crt: CN=kubernetes expired at 20/],
    [-2, /^ca\.crt: CN=kubernetes is valid from 20.* on$/],
  ] as const) {
    await withAuthority(
      (ports) => ({ ...ports, clock: { now: () => Date.now() + days * 86_400_000 } }),
      async (authority) => {
        await assert.rejects(authority.adopt(orderOf("kubernetes-ca", ca)), {
          code: "authority.adopt-not-valid",
          message: why,
        });
        assert.deepEqual(await authority.issuers(), []);
      },
    );
  }
});

test("an expired root is taken with a new certificate for its key and name where that is asked for, once", async () => {
  const ca = makeCa("kubernetes", rsa, { lifetime: 86_400_000 });
  const leaf = makeCa("leaf", rsa, { parent: ca }).certificate;
  const later = Date.now() + 2 * 86_400_000;
  await withAuthority(
    (ports) => ({ ...ports, clock: { now: () => later } }),
    async (authority) => {
      const order = { ...orderOf("kubernetes-ca", ca), renewExpired: true } as const;
      const { generation } = await authority.adopt(order);
      const { certificate } = generation;
      assert.equal(certificate.publicKey.id, ca.certificate.publicKey.id);
      assert.deepEqual(certificate.subject.der, ca.certificate.subject.der);
      assert.deepEqual(certificate.subjectKeyIdentifier, ca.certificate.subjectKeyIdentifier);
      assert.ok(certificate.notAfter > later, "it is valid now");
      assert.notEqual(certificate.fingerprint, ca.certificate.fingerprint);
      const { signatureAlgorithm, tbs, signature } = leaf;
      assert.ok(verifySignature(certificate.publicKey.spki, signatureAlgorithm, tbs, signature));
      const again = await authority.adopt(order);
      assert.equal(again.change, "none");
      assert.equal(again.generation.certificate.fingerprint, certificate.fingerprint);
    },
  );
});

test("an intermediate is adopted with those above it, and not without them", async () => {
  const spec: KeySpec = { algorithm: "ec", curve: "P-256" };
  const root = makeCa("root", spec);
  const below = makeCa("kubernetes", spec, { parent: root });
  await withAuthority(same, async (authority) => {
    const { generation, warnings } = await authority.adopt(
      orderOf("kubernetes-ca", below, root.certificate),
    );
    assert.deepEqual(subjects(generation.chain), ["CN=root"]);
    assert.deepEqual(warnings, []);
    await assert.rejects(authority.addGeneration("kubernetes-ca"), { code: "authority.no-parent" });
  });
  await withAuthority(same, async (authority) => {
    await assert.rejects(authority.adopt(orderOf("kubernetes-ca", below)), {
      code: "authority.adopt-no-root",
      message: /CN=kubernetes was signed by CN=root, whose certificate is not in the file/,
    });
  });
  await withAuthority(same, async (authority) => {
    // Without a key the one that stands below the others is meant.
    const { generation } = await authority.adopt({
      name: "kubernetes-ca",
      certificates: [root.certificate, below.certificate],
      from: { certificate: "ca.crt" },
    });
    assert.equal(formatName(generation.certificate.subject), "CN=kubernetes");
  });
});

test("killed between keystore and store, an adoption is made good by asking again", async () => {
  const ca = makeCa("kubernetes", { algorithm: "ec", curve: "P-256" });
  let fail = true;
  await withAuthority(
    (ports) => ({
      ...ports,
      store: {
        ...ports.store,
        addIssuer: async (...words) => {
          if (fail) throw new Error("killed");
          await ports.store.addIssuer(...words);
        },
      },
    }),
    async (authority) => {
      await assert.rejects(authority.adopt(orderOf("kubernetes-ca", ca)), /killed/);
      assert.deepEqual(await authority.issuers(), []);
      fail = false;
      assert.equal((await authority.adopt(orderOf("kubernetes-ca", ca))).change, "adopted");
      assert.equal((await authority.adopt(orderOf("kubernetes-ca", ca))).change, "none");
    },
  );
});

const eventsOf = async (authority: Authority): Promise<readonly string[]> =>
  (await authority.audit()).map(({ event }) => event).toReversed();

test("whatever becomes of a CA's key is in the log before it happens", async () => {
  const ca = makeCa("kubernetes", { algorithm: "ec", curve: "P-256" });
  await withAuthority(same, async (authority) => {
    const { key: _, ...without } = orderOf("kubernetes-ca", ca);
    assert.equal((await authority.adopt(without)).canSign, false);
    const again = await authority.adopt(orderOf("kubernetes-ca", ca));
    assert.deepEqual([again.change, again.canSign], ["key", true]);
    const to = "master-1:/etc/kubernetes/pki/ca-signer.key";
    const signer = await authority.signer({ issuer: "kubernetes-ca", generation: 1, to });
    assert.equal(signer.certificate.fingerprint, ca.certificate.fingerprint);
    assert.deepEqual(signer.key.pkcs8(), ca.key.pkcs8());
    assert.deepEqual(await eventsOf(authority), [
      "issuer-adopted",
      "generation-created",
      "key-adopted",
      "private-key-given",
    ]);
    const [newest] = await authority.audit({ limit: 1 });
    assert.deepEqual(newest?.detail, { issuer: "kubernetes-ca", generation: 1, to });
    assert.doesNotMatch(JSON.stringify(await authority.audit()), /PRIVATE/);
  });
});

test("a key of another kind than the certificate's is named with both fingerprints", async () => {
  const ca = makeCa("kubernetes", { algorithm: "ec", curve: "P-256" });
  const other = keyMaker.generate({ algorithm: "ed25519" });
  await withAuthority(same, async (authority) => {
    await assert.rejects(authority.adopt({ ...orderOf("ca", ca), key: other }), (error: Error) => {
      assert.match(error.message, /^ca\.key: is the key with the fingerprint [0-9a-f]{64}/);
      assert.ok(error.message.includes(ca.certificate.publicKey.id));
      return true;
    });
  });
});
