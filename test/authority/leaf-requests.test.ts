/** Leaves of a generation whose key is elsewhere: what is asked for, once, and what comes of the answers. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { digests } from "../../src/adapters/crypto/node-digests.ts";
import { keyMaker } from "../../src/adapters/crypto/node-keys.ts";
import { verifySignature } from "../../src/adapters/crypto/node-verify.ts";
import { createSystemRandom } from "../../src/adapters/random/system-random.ts";
import { openSqliteStore } from "../../src/adapters/store/sqlite.ts";
import type { Certificate } from "../../src/core/model/certificate.ts";
import type { Authority, LeafRequest } from "../../src/engine/authority/authority.ts";
import { openAuthority } from "../../src/engine/authority/open-authority.ts";
import type { ExportableKey } from "../../src/ports/private-key.ts";
import { ca, day, issue, now, type Entity } from "../path/workshop.ts";

const root = ca("CN=Corporate Root");
const external = ca("CN=Corporate Cluster CA", { issuer: root });
const other = keyMaker.generate({ algorithm: "ec", curve: "P-256" });

/** A PKI with an issuer whose second generation is the external CA; and a leaf of the first one, with its key. */
const inPki = async (
  body: (
    authority: Authority,
    leaf: { readonly certificate: Certificate; readonly key: ExportableKey },
  ) => Promise<void>,
): Promise<void> => {
  const folder = mkdtempSync(join(tmpdir(), "certwright-leaves-"));
  const keys = new Map<string, ExportableKey>();
  const got = async (id: string): Promise<ExportableKey> => {
    const key = keys.get(id);
    assert.ok(key !== undefined, `no key ${id}`);
    return key;
  };
  const authority = openAuthority({
    store: openSqliteStore(join(folder, "pki", "store.sqlite"), true),
    keystore: {
      put: async (id, key) => void keys.set(id, key),
      get: got,
      take: got,
      has: async (id) => keys.has(id),
    },
    keyMaker,
    digests,
    verifySignature,
    clock: { now: () => now },
    random: createSystemRandom(),
  });
  try {
    await authority.createRoot({ name: "kubernetes-ca" });
    const { certificate, key } = await authority.issue({
      issuer: "kubernetes-ca",
      profile: "tls-server",
      commonName: "kubernetes",
      dns: ["kubernetes", "master-1"],
    });
    await authority.enlist({
      issuer: "kubernetes-ca",
      number: 2,
      certificates: [external.certificate, root.certificate],
    });
    await body(authority, { certificate, key });
  } finally {
    authority.close();
    rmSync(folder, { recursive: true, force: true });
  }
};

const generation = { issuer: "kubernetes-ca", generation: 2 } as const;
const slot = "master-1/kube-apiserver/serving";

/** What the external CA makes of a request when it does as it is asked. */
const answered = (
  { asked }: LeafRequest,
  more: Partial<Parameters<typeof issue>[0]> = {},
): Entity =>
  issue({
    subject: { der: asked.subject.der },
    issuer: external,
    key: { ...other, spki: asked.publicKey.spki },
    extensions: { other: asked.extensions },
    ...more,
  });

test("a leaf is asked for once, like the one that is there, with the key that is there", () =>
  inPki(async (authority, leaf) => {
    const order = { ...generation, name: slot, like: leaf.certificate, key: leaf.key };
    await authority.requestLeaf(order);
    await authority.requestLeaf(order);
    const [request, ...more] = await authority.leafRequests(generation);
    assert.deepEqual(more, []);
    assert.deepEqual(
      [request!.name, request!.key, request!.keyId, request!.like],
      [slot, "there", leaf.certificate.publicKey.id, leaf.certificate.fingerprint],
    );
    const { asked } = request!;
    assert.deepEqual(asked.subject.der, leaf.certificate.subject.der);
    assert.deepEqual(asked.subjectAltName, leaf.certificate.subjectAltName);
    assert.deepEqual(asked.extendedKeyUsage, leaf.certificate.extendedKeyUsage);
    assert.ok(
      verifySignature(asked.publicKey.spki, asked.signatureAlgorithm, asked.info, asked.signature),
    );
  }));

test("an answer that fits is what the leaf is reissued with, and no other is taken", () =>
  inPki(async (authority, { certificate: like, key }) => {
    await authority.requestLeaf({ ...generation, name: slot, like, key });
    const [request] = await authority.leafRequests();
    const wanted = { ...generation, like, key: "same" } as const;
    await assert.rejects(authority.reissue(wanted), { code: "authority.leaf-unanswered" });
    const short = answered(request!, { notAfter: now + day }).certificate;
    assert.deepEqual(
      (await authority.judgeLeaf(request!, short)).map(({ rule }) => rule),
      ["too-short"],
    );
    await assert.rejects(authority.takeLeaf(request!, short), { code: "authority.leaf-faulty" });
    assert.equal(await authority.hasAnswer(wanted), false);
    const { certificate } = answered(request!);
    await authority.takeLeaf(request!, certificate);
    assert.equal(await authority.hasAnswer(wanted), true);
    const { presented, key: made } = await authority.reissue(wanted);
    assert.deepEqual(
      presented.map(({ fingerprint }) => fingerprint),
      [certificate.fingerprint, external.certificate.fingerprint],
    );
    assert.equal(made, undefined);
    // It is among the generation's certificates, as every other.
    const [stored] = await authority.certificates({ fingerprint: certificate.fingerprint });
    assert.deepEqual([stored!.generation, stored!.profile], [2, "answered"]);
    // Once it lies there, a renewal has to ask anew, and does not find the former answer.
    const again = { ...generation, like: certificate, key: "same" } as const;
    assert.equal(await authority.hasAnswer(again), false);
    await authority.requestLeaf({ ...again, name: slot, key });
    assert.equal((await authority.leafRequests()).length, 2);
    assert.equal(await authority.hasAnswer(again), false);
  }));

test("a new key is kept until its answer is written", () =>
  inPki(async (authority, { certificate: like }) => {
    await authority.requestLeaf({ ...generation, name: slot, like, key: "new" });
    const [request] = await authority.leafRequests();
    assert.equal(request!.key, "kept");
    assert.notEqual(request!.keyId, like.publicKey.id);
    const { certificate } = answered(request!);
    await authority.takeLeaf(request!, certificate);
    const { key } = await authority.reissue({ ...generation, like, key: "new" });
    assert.deepEqual(key?.spki, certificate.publicKey.spki);
    // The key that is there was not asked for.
    assert.equal(await authority.hasAnswer({ ...generation, like, key: "same" }), false);
  }));

test("certwright's own leaf is asked for by its name, and stands in for the probe of minutes", () =>
  inPki(async (authority) => {
    const commonName = "certwright-probe";
    const order = { ...generation, commonName, addresses: ["10.0.0.1", "etcd-1"] };
    await authority.requestProbe(order);
    await authority.requestProbe(order);
    const requests = await authority.leafRequests();
    assert.deepEqual(
      requests.map(({ name, asked }) => [name, (asked.subjectAltName ?? []).length]),
      [[`probe/${commonName}`, 2]],
    );
    const probe = { ...generation, usage: "client", names: { commonName } } as const;
    await assert.rejects(authority.probe(probe));
    await authority.takeLeaf(requests[0]!, answered(requests[0]!).certificate);
    assert.equal(await authority.hasProbe(order), true);
    const { key, presented } = await authority.probe(probe);
    assert.deepEqual(key.spki, presented[0]!.publicKey.spki);
    // Somebody else's name is not tried with it.
    await assert.rejects(authority.probe({ ...probe, names: { commonName: "root" } }));
  }));

test("a file of another key, or a leaf of somebody else's, is not asked for", () =>
  inPki(async (authority, { certificate: like }) => {
    await assert.rejects(authority.requestLeaf({ ...generation, name: slot, like, key: other }), {
      code: "authority.leaf-other-key",
    });
    const foreign = issue({ subject: "O=system:masters,CN=somebody", issuer: ca("CN=kubernetes") });
    await assert.rejects(
      authority.requestLeaf({ ...generation, name: slot, like: foreign.certificate, key: "new" }),
      { code: "authority.reissue-foreign" },
    );
  }));

test("what is no CA, or not below a root that came with it, is not enlisted", () =>
  inPki(async (authority, { certificate }) => {
    const enlist = (certificates: readonly [Certificate, ...Certificate[]]) =>
      authority.enlist({ issuer: "kubernetes-ca", number: 3, certificates });
    await assert.rejects(enlist([certificate]), /basic constraints do not say CA:TRUE/);
    await assert.rejects(enlist([external.certificate]), /what is above it is missing/);
    // Who was killed may ask again.
    const again = await authority.enlist({
      issuer: "kubernetes-ca",
      number: 2,
      certificates: [external.certificate, root.certificate],
    });
    assert.equal(again.certificate.fingerprint, external.certificate.fingerprint);
    assert.equal((await authority.issuer("kubernetes-ca")).current?.number, 1);
  }));
