import assert from "node:assert/strict";
import { test } from "node:test";

import { digests } from "../../src/adapters/crypto/node-digests.ts";
import { verifySignature } from "../../src/adapters/crypto/node-verify.ts";
import type { Certificate } from "../../src/core/model/certificate.ts";
import { issuerData } from "../../src/cli/pki/describe.ts";
import { parseCertificate } from "../../src/core/x509/certificate.ts";
import { formatName } from "../../src/core/x509/names.ts";
import { extension, purpose } from "../../src/core/x509/oids.ts";
import { buildPath } from "../../src/core/x509/path.ts";
import type { Authority } from "../../src/engine/authority/authority.ts";
import { withAuthority } from "./bent.ts";

const same = <T>(value: T): T => value;
const day = 86_400_000;

/** Whether a verifier with these roots accepts what a leaf's file holds. */
const accepts = (presented: readonly Certificate[], ...roots: Certificate[]): boolean =>
  (["go", "openssl"] as const).every(
    (profile) =>
      buildPath({
        leaf: presented[0]!,
        intermediates: presented.slice(1),
        anchors: roots,
        at: Date.now(),
        usages: ["any"],
        profile,
        verifySignature,
      }).ok,
  );

const rootOf = async (authority: Authority, name: string, number: number): Promise<Certificate> =>
  (await authority.issuer(name)).generations.find((one) => one.number === number)!.certificate!;

/** An issuer as etcd init makes it, with a leaf of generation 1, and generation 2 staged. */
const withTwo = async (
  use: (authority: Authority, leaf: Certificate) => Promise<void>,
): Promise<void> =>
  await withAuthority(same, async (authority) => {
    await authority.createRoot({ name: "etcd-ca", pathLength: 1 });
    const { certificate } = await authority.issue({
      issuer: "etcd-ca",
      profile: "etcd-peer",
      commonName: "etcd-1.example.com",
      ip: ["10.0.0.1"],
      lifetime: 30 * day,
    });
    await authority.addGeneration("etcd-ca", { number: 2 });
    await use(authority, certificate);
  });

const order = { issuer: "etcd-ca", generation: 2, key: "same" } as const;

test("a generation asked for by number is made once, however often and by however many it is asked for", async () => {
  await withTwo(async (authority) => {
    const again = await Promise.all(
      [2, 3, 3, 3, 2].map((number) => authority.addGeneration("etcd-ca", { number })),
    );
    const { generations } = await authority.issuer("etcd-ca");
    assert.deepEqual(
      generations.map(({ number, stage }) => [number, stage]),
      [
        [1, "issuing"],
        [2, "staged"],
        [3, "staged"],
      ],
    );
    assert.deepEqual(
      again.map(({ generation }) => generation.keyId),
      [1, 2, 2, 2, 1].map((i) => generations[i]!.keyId),
    );
    await assert.rejects(authority.addGeneration("etcd-ca", { number: 7 }), {
      code: "authority.not-next-generation",
    });
  });
});

test("killed between keystore and store, the same number is made by whoever asks again, and only one", async () => {
  let fail = true;
  await withAuthority(
    (ports) => ({
      ...ports,
      store: {
        ...ports.store,
        addGeneration: async (...words) => {
          if (fail) throw new Error("killed");
          await ports.store.addGeneration(...words);
        },
      },
    }),
    async (authority) => {
      await authority.createRoot({ name: "ca" });
      await assert.rejects(authority.addGeneration("ca", { number: 2 }), /killed/);
      fail = false;
      const { generation } = await authority.addGeneration("ca", { number: 2 });
      const { generations } = await authority.issuer("ca");
      assert.deepEqual(
        generations.map(({ number }) => number),
        [1, 2],
      );
      assert.equal(generations[1]!.keyId, generation.keyId);
    },
  );
});

test("a cross-signed generation is accepted by who trusts the old root, and by who trusts the new one", async () => {
  await withTwo(async (authority, leaf) => {
    const [crossed, ...more] = await Promise.all(
      [1, 2, 3].map(() => authority.crossSign("etcd-ca", 2, 1)),
    );
    const old = await rootOf(authority, "etcd-ca", 1);
    const fresh = await rootOf(authority, "etcd-ca", 2);
    for (const other of more) {
      assert.equal(other.certificate.fingerprint, crossed!.certificate.fingerprint);
    }
    assert.equal(crossed!.certificate.publicKey.id, fresh.publicKey.id);
    assert.equal(formatName(crossed!.certificate.subject), "CN=etcd-ca g2");
    assert.deepEqual(crossed!.certificate.basicConstraints, { ca: true, pathLength: 0 });
    const { generations } = await authority.issuer("etcd-ca");
    assert.deepEqual(
      generations.map(({ crossSigns }) => crossSigns.map(({ by }) => by)),
      [[], [1]],
    );
    assert.equal(
      issuerData(await authority.issuer("etcd-ca")).generations[1]!.crossSigns[0]!.by,
      1,
    );
    const recorded = await authority.certificates({
      fingerprint: crossed!.certificate.fingerprint,
    });
    assert.deepEqual(
      recorded.map(({ generation, profile }) => [generation, profile]),
      [[1, "ca"]],
    );

    const direct = await authority.reissue({ ...order, like: leaf });
    assert.deepEqual(direct.presented, [direct.certificate]);
    assert.ok(accepts(direct.presented, fresh));
    assert.ok(!accepts(direct.presented, old));
    const via = await authority.reissue({ ...order, like: leaf, via: 1 });
    assert.deepEqual(
      via.presented.map(({ fingerprint }) => fingerprint),
      [via.certificate.fingerprint, crossed!.certificate.fingerprint],
    );
    assert.ok(accepts(via.presented, fresh));
    assert.ok(accepts(via.presented, old));
  });
});

test("a root without room below is not made to cross-sign, and the message names the other protocol", async () => {
  await withAuthority(same, async (authority) => {
    await authority.createRoot({ name: "narrow", pathLength: 0 });
    await authority.addGeneration("narrow", { number: 2 });
    await assert.rejects(authority.crossSign("narrow", 2, 1), {
      code: "authority.no-room-below",
      message: "generation 1 of narrow cannot sign another generation: CN=narrow has path length 0",
      hint: "use the other protocol: certwright plan rotate narrow --protocol bundle",
    });
    await assert.rejects(authority.crossSign("narrow", 1, 2), {
      code: "authority.cross-sign-order",
    });
    // The intermediate itself has room, the root above it has not.
    await authority.createRoot({ name: "root", pathLength: 1 });
    await authority.createIntermediate({ name: "below", parent: "root" });
    await authority.addGeneration("below", { number: 2 });
    await assert.rejects(authority.crossSign("below", 2, 1), { code: "authority.no-room-below" });
  });
});

test("a leaf below a cross-signed intermediate carries all that is between it and the root", async () => {
  await withAuthority(same, async (authority) => {
    await authority.createRoot({ name: "root" });
    await authority.createIntermediate({ name: "below", parent: "root", pathLength: 1 });
    const { certificate: like } = await authority.issue({
      issuer: "below",
      profile: "tls-client",
      commonName: "app",
    });
    await authority.addGeneration("below", { number: 2 });
    await authority.crossSign("below", 2, 1);
    const root = await rootOf(authority, "root", 1);
    const first = await rootOf(authority, "below", 1);
    const leaf = await authority.reissue({ ...order, issuer: "below", like, via: 1 });
    assert.deepEqual(
      leaf.presented.map(({ subject, issuer }) => [formatName(subject), formatName(issuer)]),
      [
        ["CN=app", "CN=below g2"],
        ["CN=below g2", "CN=below"],
        ["CN=below", "CN=root"],
      ],
    );
    assert.ok(accepts(leaf.presented, root));
    assert.ok(accepts(leaf.presented, first, root));
    const direct = await authority.reissue({ ...order, issuer: "below", like });
    assert.deepEqual(
      direct.presented.map(({ subject, issuer }) => [formatName(subject), formatName(issuer)]),
      [
        ["CN=app", "CN=below g2"],
        ["CN=below g2", "CN=root"],
      ],
    );
  });
});

const bytesOf = (certificate: Certificate, ...oids: string[]): string[] =>
  oids.map((oid) =>
    Buffer.from(certificate.extensions.find((one) => one.oid === oid)?.value ?? []).toString("hex"),
  );

test("a reissued leaf says of its subject what the former one said, for the same key or a new one", async () => {
  await withTwo(async (authority, like) => {
    for (const key of ["same", "new"] as const) {
      const made = await authority.reissue({ ...order, like, key });
      const { certificate } = made;
      assert.deepEqual(certificate.subject.der, like.subject.der);
      const about = [
        extension.subjectAltName,
        extension.keyUsage,
        extension.extKeyUsage,
        extension.basicConstraints,
      ];
      assert.deepEqual(bytesOf(certificate, ...about), bytesOf(like, ...about));
      assert.equal(certificate.notAfter - certificate.notBefore, like.notAfter - like.notBefore);
      assert.notEqual(certificate.serial, like.serial);
      assert.equal(certificate.publicKey.id === like.publicKey.id, key === "same");
      assert.equal(made.key === undefined, key === "same");
      assert.equal(formatName(certificate.issuer), "CN=etcd-ca g2");
      assert.deepEqual(
        (await authority.certificates({ fingerprint: certificate.fingerprint })).map(
          ({ generation, profile }) => [generation, profile],
        ),
        [[2, "etcd-peer"]],
      );
    }
  });
});

test("a leaf ends with its issuer, and one that was cut so is as long as its profile says the next time", async () => {
  const start = Date.UTC(2026, 10, 23);
  let now = start;
  await withAuthority(
    (ports) => ({ ...ports, clock: { now: () => now } }),
    async (authority) => {
      const year = 365 * day;
      await authority.createRoot({ name: "ca", lifetime: 10 * year });
      const wanted = { issuer: "ca", profile: "etcd-client", commonName: "app" };
      const { certificate: long } = await authority.issue({ ...wanted, lifetime: 3 * year });
      now = start + 9 * year;
      const current = { issuer: "ca", generation: 1, key: "same" } as const;
      const cut = await authority.reissue({ ...current, like: long });
      assert.equal(cut.certificate.notAfter, (await rootOf(authority, "ca", 1)).notAfter);
      assert.match(cut.warnings.join(), /ends with its issuer at 2036-/);
      now += 360 * day;
      await authority.addGeneration("ca", { number: 2 });
      const { certificate: short } = await authority.issue(wanted);
      assert.ok(short.notAfter - short.notBefore < 6 * day);
      const next = await authority.reissue({ ...current, generation: 2, like: short });
      assert.equal(next.certificate.notAfter - next.certificate.notBefore, year);
      assert.deepEqual(next.warnings, []);
    },
  );
});

test("a CA, a leaf of somebody else, a revoked leaf's key and a retired generation are refused with words", async () => {
  await withTwo(async (authority, like) => {
    const own = await rootOf(authority, "etcd-ca", 1);
    await assert.rejects(authority.reissue({ ...order, like: own }), {
      code: "authority.reissue-ca",
    });
    // Same name, another key: the name alone is no proof.
    await authority.createRoot({ name: "other", commonName: "etcd-ca" });
    const foreign = await authority.issue({
      issuer: "other",
      profile: "tls-client",
      commonName: "root",
    });
    await assert.rejects(authority.reissue({ ...order, like: foreign.certificate }), {
      code: "authority.reissue-foreign",
      message:
        "the certificate of CN=root was signed by CN=etcd-ca, and not by any generation of etcd-ca",
    });
    await authority.reissue({ ...order, like: foreign.certificate, foreign: true });
    await assert.rejects(authority.reissue({ ...order, like, via: 1 }), {
      code: "authority.not-cross-signed",
    });
    await authority.revoke({ serial: like.serial }, "keyCompromise");
    await assert.rejects(authority.reissue({ ...order, like }), {
      code: "authority.reissue-revoked",
    });
    await authority.reissue({ ...order, like, key: "new" });
    await authority.setStage("etcd-ca", 2, "retired");
    await assert.rejects(authority.reissue({ ...order, like, key: "new" }), {
      code: "authority.generation-retired",
    });
  });
});

test("what a former certificate says of its issuer is not carried over, and a warning names it", async () => {
  await withTwo(async (authority) => {
    // By a Vault that writes where its lists are.
    const like = parseCertificate(Buffer.from(withListPoint.replaceAll(/\s/g, ""), "base64"), {
      digests,
      reading: "strict",
    });
    const made = await authority.reissue({ ...order, like, foreign: true });
    assert.deepEqual(made.certificate.crlDistributionPoints, undefined);
    assert.deepEqual(made.warnings, [
      "the extension cRLDistributionPoints of the former certificate was left out",
    ]);
  });
});

test("probe leaves are short, recorded, of exactly the generation asked for, whatever its stage", async () => {
  await withTwo(async (authority) => {
    await authority.crossSign("etcd-ca", 2, 1);
    const old = await rootOf(authority, "etcd-ca", 1);
    const fresh = await rootOf(authority, "etcd-ca", 2);
    const ask = { issuer: "etcd-ca", names: { commonName: "root" } } as const;
    const probe = await authority.probe({ ...ask, generation: 2, usage: "client" });
    assert.ok(accepts(probe.presented, fresh));
    assert.ok(!accepts(probe.presented, old));
    assert.ok(probe.certificate.notAfter - Date.now() <= 600_000);
    assert.deepEqual(probe.certificate.extendedKeyUsage, [purpose.clientAuth]);
    const via = await authority.probe({ ...ask, generation: 2, usage: "client", via: 1 });
    assert.ok(accepts(via.presented, old));
    const found = await authority.certificates({ fingerprint: probe.certificate.fingerprint });
    assert.equal(found[0]!.generation, 2);
    await authority.setStage("etcd-ca", 2, "issuing");
    await authority.setStage("etcd-ca", 1, "retired");
    const gone = await authority.probe({
      issuer: "etcd-ca",
      generation: 1,
      usage: "peer",
      names: { commonName: "etcd-1", ip: ["127.0.0.1"] },
    });
    assert.deepEqual(gone.certificate.extendedKeyUsage, [purpose.serverAuth, purpose.clientAuth]);
  });
});

test("stages go forward and back, and a repeated order changes nothing and leaves no entry in the log", async () => {
  await withTwo(async (authority) => {
    const stages = async () =>
      (await authority.issuer("etcd-ca")).generations.map(({ stage }) => stage);
    await authority.setStage("etcd-ca", 2, "trusted");
    assert.deepEqual(await stages(), ["issuing", "trusted"]);
    await authority.setStage("etcd-ca", 2, "issuing");
    assert.deepEqual(await stages(), ["retiring", "issuing"]);
    const { length } = await authority.audit();
    await authority.setStage("etcd-ca", 2, "issuing");
    assert.equal((await authority.audit()).length, length);
    // Back: the old one issues first, because there is always one that does.
    await assert.rejects(authority.setStage("etcd-ca", 2, "staged"), {
      code: "authority.none-would-issue",
    });
    await authority.setStage("etcd-ca", 1, "issuing");
    await authority.setStage("etcd-ca", 2, "staged");
    assert.deepEqual(await stages(), ["issuing", "staged"]);
    await authority.verifyAudit();
  });
});

/** CN=app with a distribution point, by OpenSSL 3.0. */
const withListPoint = `
MIIBvjCCAWWgAwIBAgIUDYBc/k5rvpXQX4YeHznYwC1mrgswCgYIKoZIzj0EAwIw
DjEMMAoGA1UEAwwDYXBwMB4XDTI2MTEyMzAzNDMyOFoXDTM2MTEyMDAzNDMyOFow
DjEMMAoGA1UEAwwDYXBwMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEifJQdoYF
0CxYm7NuGWNREyApn1BwXFQ0QABZu7TQfmTrPklYwoyBuxxsX/6MKNoLYxaBaHIY
kX0vJ7Y3XCz526OBoDCBnTAdBgNVHQ4EFgQU3L74M7bY/VWcuorM8sbFSbx8CYgw
HwYDVR0jBBgwFoAU3L74M7bY/VWcuorM8sbFSbx8CYgwKwYDVR0fBCQwIjAgoB6g
HIYaaHR0cDovL3BraS5leGFtcGxlLmNvbS9jcmwwDAYDVR0TAQH/BAIwADALBgNV
HQ8EBAMCB4AwEwYDVR0lBAwwCgYIKwYBBQUHAwIwCgYIKoZIzj0EAwIDRwAwRAIg
Pic3UG5Pb3DCkUKmJmvP7zSuS11xuX0zPIsXgGRcQjgCIGlnsv93wqvKU7bu727T
r7JD7w6kns5USAz25oxCpgJ9
`;
