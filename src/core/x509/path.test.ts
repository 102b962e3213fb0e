import assert from "node:assert/strict";
import { test } from "node:test";
import type { Certificate } from "../model/certificate.ts";
import type { PathFailure, PathInput, PathResult } from "./path.ts";
import * as fc from "fast-check";
import { CertwrightError } from "../errors/certwright-error.ts";
import { digests } from "../../adapters/crypto/node-digests.ts";
import { parseCertificate } from "./certificate.ts";
import { purpose, signature } from "./oids.ts";
import { buildPath, type ProfileName } from "./path.ts";
import { build, ca, crl, day, issue, leaf, now, type Entity } from "../../../test/path/workshop.ts";

const root = ca("CN=etcd-ca");
const inter = ca("CN=etcd-issuing", { issuer: root });
const server = leaf(["etcd-1.example.com"], inter);

const refused = (result: PathResult): PathFailure => {
  assert.equal(result.ok, false, "the path was accepted");
  return (result as Extract<PathResult, { ok: false }>).failure;
};

/** Code, blamed certificate and message in one look. */
const expectFailure = (
  result: PathResult,
  code: PathFailure["code"],
  blame: Entity,
  message: RegExp | string,
): PathFailure => {
  const failure = refused(result);
  assert.equal(failure.code, code, failure.message);
  assert.equal(failure.blame.serial, blame.certificate.serial, `blamed: ${failure.message}`);
  assert.ok(failure.chain[failure.blameIndex] === failure.blame);
  if (typeof message === "string") assert.equal(failure.message, message);
  else assert.match(failure.message, message);
  return failure;
};

const readOrNothing = (der: Uint8Array): Certificate | undefined => {
  try {
    return parseCertificate(der, { digests, reading: "tolerant" });
  } catch (error) {
    if (error instanceof CertwrightError) return undefined;
    throw error;
  }
};

const accepted = (result: PathResult): readonly Certificate[] => {
  if (!result.ok) assert.fail(result.failure.message);
  return result.chain;
};

const name = (value: string): Partial<PathInput> => ({ name: { kind: "dns", value } });

test("a chain is returned leaf first and anchor last", () => {
  assert.deepEqual(
    accepted(build(server, [inter], [root], name("etcd-1.example.com"))).map((c) => c.fingerprint),
    [server, inter, root].map((e) => e.certificate.fingerprint),
  );
});

test("an unknown authority is blamed on the certificate whose issuer is missing", () => {
  expectFailure(
    build(server, [], [root]),
    "unknown-authority",
    server,
    'no certificate for the issuer "CN=etcd-issuing" of certificate "CN=etcd-1.example.com" is known, trusted or intermediate',
  );
});

test("a self-signed certificate that is not trusted is told from a missing issuer", () => {
  const alone = issue({ subject: "CN=dashboard" });
  expectFailure(
    build(alone, [], [root]),
    "unknown-authority",
    alone,
    'certificate "CN=dashboard" is self-signed and not among the 1 trusted certificate',
  );
});

test("a CA of the same name with another key is told by its key identifier", () => {
  const reborn = ca("CN=etcd-issuing", { issuer: root });
  expectFailure(
    build(server, [reborn], [root]),
    "bad-signature",
    reborn,
    /^the signature on certificate "CN=etcd-1.example.com" was not made by the key of certificate "CN=etcd-issuing": the authority key identifier differs too/,
  );
});

test("an expired certificate is named with its date and how long ago that was", () => {
  const old = leaf(["etcd-1"], inter, { notAfter: now - 22 * day });
  expectFailure(
    build(old, [inter], [root]),
    "expired",
    old,
    'certificate "CN=etcd-1" expired 2026-11-01T00:00:00Z (22 days ago)',
  );
});

test("an expired CA is blamed, not the leaf below it", () => {
  const oldCa = ca("CN=etcd-issuing", {
    issuer: root,
    key: inter.key,
    notAfter: now - 3 * 3_600_000,
  });
  expectFailure(
    build(server, [oldCa], [root]),
    "expired",
    oldCa,
    'certificate "CN=etcd-issuing" expired 2026-11-22T21:00:00Z (3 hours ago)',
  );
});

test("a certificate from the future hints at the clock", () => {
  const early = leaf(["etcd-1"], inter, { notBefore: now + 90_000 });
  const failure = expectFailure(
    build(early, [inter], [root]),
    "not-yet-valid",
    early,
    'certificate "CN=etcd-1" is not valid before 2026-11-23T00:01:30Z (in 90 seconds)',
  );
  assert.match(failure.hint ?? "", /clock/);
});

test("the last second belongs to the validity, but not to OpenSSL, and only Go counts what follows within it", () => {
  const exact = leaf(["etcd-1"], inter, { notAfter: now, notBefore: now });
  for (const profile of ["go", "rfc5280"] as const)
    accepted(build(exact, [inter], [root], { profile }));
  expectFailure(
    build(exact, [inter], [root], { profile: "openssl" }),
    "expired",
    exact,
    /\(now\)$/,
  );
  accepted(build(exact, [inter], [root], { at: now + 5, profile: "rfc5280" }));
  expectFailure(build(exact, [inter], [root], { at: now + 5 }), "expired", exact, /\(now\)$/);
});

test("a name that the certificate has not is answered with those it has", () => {
  expectFailure(
    build(server, [inter], [root], name("etcd-2.example.com")),
    "name-mismatch",
    server,
    'certificate "CN=etcd-1.example.com" is not for "etcd-2.example.com"; it is for etcd-1.example.com',
  );
});

test("a leaf that issued another is no CA", () => {
  const child = leaf(["x"], server);
  expectFailure(
    build(child, [server, inter], [root]),
    "not-a-ca",
    server,
    /^certificate "CN=etcd-1.example.com" is no CA \(it has no basic constraints\), but certificate "CN=x" was issued under it$/,
  );
});

test("a CA whose key usage lacks keyCertSign is named with the usage it has", () => {
  const wrong = ca("CN=wrong", { issuer: root, extensions: { keyUsage: ["digitalSignature"] } });
  expectFailure(
    build(leaf(["x"], wrong), [wrong], [root]),
    "key-usage",
    wrong,
    'certificate "CN=wrong" has key usage digitalSignature, without keyCertSign',
  );
});

test("a usage that the leaf lacks is named with those it has", () => {
  const client = leaf([], inter, { extensions: { extendedKeyUsage: [purpose.clientAuth] } });
  const failure = expectFailure(
    build(client, [inter], [root]),
    "incompatible-usage",
    client,
    'certificate "CN=client" is for clientAuth, not for serverAuth',
  );
  assert.equal(failure.hint, "issue it again with extended key usage serverAuth");
  accepted(build(client, [inter], [root], { usages: ["clientAuth"] }));
  accepted(build(client, [inter], [root], { usages: ["serverAuth", "clientAuth"] }));
  accepted(build(client, [inter], [root], { usages: ["any"] }));
});

test("the usages of a CA bound those of the leaf, and the CA is to blame", () => {
  const narrow = ca("CN=clients-only", {
    issuer: root,
    extensions: { extendedKeyUsage: [purpose.clientAuth] },
  });
  expectFailure(
    build(leaf(["x"], narrow), [narrow], [root]),
    "incompatible-usage",
    narrow,
    'certificate "CN=clients-only" is a CA for clientAuth, not for serverAuth',
  );
});

test("anyExtendedKeyUsage is every usage to Go and none to OpenSSL", () => {
  const any = leaf(["x"], inter, { extensions: { extendedKeyUsage: [purpose.any] } });
  accepted(build(any, [inter], [root]));
  expectFailure(
    build(any, [inter], [root], { profile: "openssl" }),
    "incompatible-usage",
    any,
    /is for any, not for serverAuth/,
  );
});

test("a path length that is exceeded blames the CA that set it", () => {
  const short = ca("CN=short", {
    issuer: root,
    extensions: { basicConstraints: { ca: true, pathLength: 0 } },
  });
  const below = ca("CN=below", { issuer: short });
  expectFailure(
    build(leaf(["x"], below), [below, short], [root]),
    "path-length",
    short,
    'certificate "CN=short" allows 0 CAs below itself, and there is 1',
  );
});

test("a self-issued rollover certificate counts for Go's path length, not for RFC 5280's", () => {
  const first = ca("CN=rolling", { extensions: { basicConstraints: { ca: true, pathLength: 0 } } });
  const second = ca("CN=rolling", { issuer: first });
  const below = leaf(["x"], second);
  expectFailure(build(below, [second], [first]), "path-length", first, /there is 1$/);
  accepted(build(below, [second], [first], { profile: "rfc5280" }));
  accepted(build(below, [second], [first], { profile: "openssl" }));
});

test("more intermediates than the caller allows are refused", () => {
  expectFailure(
    build(server, [inter], [root], { maxIntermediates: 0 }),
    "depth",
    inter,
    'certificate "CN=etcd-issuing" would be one intermediate more than the 0 that were allowed',
  );
});

test("a name outside of a CA's name constraints names both, and blames the CA", () => {
  const bound = ca("CN=bound", {
    issuer: root,
    extensions: {
      nameConstraints: { permitted: [{ kind: "dns", value: "svc.cluster.local" }], excluded: [] },
    },
  });
  accepted(build(leaf(["a.svc.cluster.local"], bound), [bound], [root]));
  expectFailure(
    build(leaf(["a.example.com"], bound), [bound], [root]),
    "name-constraint",
    bound,
    'certificate "CN=a.example.com" has the name dns "a.example.com", which is outside of what is permitted: dns "svc.cluster.local" in certificate "CN=bound"',
  );
});

test("a critical extension that nobody understands is named by its oid", () => {
  const odd = leaf(["x"], inter, {
    extensions: {
      other: [{ oid: "1.3.6.1.4.1.99999.1", critical: true, value: Uint8Array.of(5, 0) }],
    },
  });
  expectFailure(
    build(odd, [inter], [root]),
    "unknown-critical-extension",
    odd,
    'certificate "CN=x" has the critical extension 1.3.6.1.4.1.99999.1, which is not understood',
  );
});

/** The certificate with one field changed, as a forger could not without breaking the signature. */
const altered = (entity: Entity, fields: Partial<Certificate>): Entity => ({
  ...entity,
  certificate: Object.create(
    entity.certificate,
    Object.fromEntries(Object.entries(fields).map(([key, value]) => [key, { value }])),
  ) as Certificate,
});

test("a signature with SHA-1 is refused before it is checked", () => {
  const weak = altered(server, { signatureAlgorithm: { oid: signature.ecdsaWithSHA1 } });
  expectFailure(
    build(weak, [inter], [root]),
    "weak-signature",
    weak,
    'certificate "CN=etcd-1.example.com" is signed with SHA-1 with ECDSA, which Go (etcd, Kubernetes) refuses',
  );
});

test("an RSA key of 1024 bits will do for Go's leaves and not for OpenSSL at level 2", () => {
  const weak = altered(server, {
    publicKey: {
      ...server.certificate.publicKey,
      algorithm: "rsa",
      bits: 1024,
      oid: "",
      spki: server.key.spki,
      id: server.certificate.publicKey.id,
    },
  });
  accepted(build(weak, [inter], [root]));
  expectFailure(
    build(weak, [inter], [root], { profile: "openssl" }),
    "weak-key",
    weak,
    'certificate "CN=etcd-1.example.com" has the key RSA of 1024 bits; OpenSSL (Node, curl, nginx) wants RSA of at least 2048 bits',
  );
});

test("a certificate whose constraints cannot be read is refused by every profile", () => {
  const blurred = ca("CN=blurred", {
    issuer: root,
    extensions: {
      other: [{ oid: "2.5.29.30", critical: true, value: Uint8Array.of(0x30, 3, 0xa0, 1) }],
    },
  });
  for (const profile of ["go", "openssl", "rfc5280", "webpki"] as const)
    expectFailure(
      build(leaf(["x"], blurred), [blurred], [root], { profile }),
      "malformed",
      blurred,
      /^certificate "CN=blurred" cannot be used: /,
    );
});

test("a revoked certificate is named with date and reason", () => {
  const { serial } = server.certificate;
  const list = crl(inter, [{ serial, revokedAt: now - 2 * day, reason: "keyCompromise" }]);
  expectFailure(
    build(server, [inter], [root], { crls: [list] }),
    "revoked",
    server,
    'certificate "CN=etcd-1.example.com" was revoked 2026-11-21T00:00:00Z (2 days ago), reason keyCompromise',
  );
  accepted(build(server, [inter], [root], { crls: [crl(inter, [])] }));
});

test("a revocation list that ran out, or of another key, leaves it open whether a certificate is revoked", () => {
  const stale = crl(inter, [], { nextUpdate: now - 3_600_000 });
  expectFailure(
    build(server, [inter], [root], { crls: [stale] }),
    "crl-unusable",
    server,
    'whether certificate "CN=etcd-1.example.com" is revoked cannot be told: the revocation list of "CN=etcd-issuing" was to be replaced by 2026-11-22T23:00:00Z',
  );
});

test("a policy that nobody issued under is refused when one is required", () => {
  expectFailure(
    build(server, [inter], [root], { policies: { requireExplicit: true } }),
    "policy",
    inter,
    /a policy is required, and none is valid all the way$/,
  );
});

test("the strict profile names the rule and the section that is broken", () => {
  const silent = ca("CN=silent", { issuer: root });
  const bare = issue({ subject: "CN=bare", issuer: silent });
  expectFailure(
    build(bare, [silent], [root], { profile: "rfc5280-strict" }),
    "rule",
    bare,
    'certificate "CN=bare": authorityKeyIdentifier with a key identifier is missing (RFC 5280 section 4.2.1.1)',
  );
  accepted(build(bare, [silent], [root], { profile: "rfc5280" }));
});

test("of several ways that fail, the one nearest to success is reported", () => {
  const reborn = ca("CN=etcd-issuing", { issuer: root });
  const oldCa = ca("CN=etcd-issuing", { issuer: root, key: inter.key, notAfter: now - day });
  for (const order of [
    [reborn, oldCa],
    [oldCa, reborn],
  ])
    expectFailure(build(server, order, [root]), "expired", oldCa, /expired/);
});

test("an expired cross-sign is passed over for a valid one", () => {
  const other = ca("CN=old-root", { notAfter: now - day });
  const crossed = ca("CN=etcd-ca", { issuer: other, key: root.key });
  const below = leaf(["x"], root);
  assert.equal(accepted(build(below, [crossed], [other, root])).length, 2);
  // Go and RFC 5280 come back from the dead end; OpenSSL looks among trusted certificates first and never enters it.
  accepted(build(below, [crossed], [other, root], { profile: "openssl" }));
});

test("a leaf of the old key and one of the new verify through a rollover in both directions", () => {
  const before = ca("CN=ca");
  const after = ca("CN=ca");
  const newWithOld = ca("CN=ca", { issuer: before, key: after.key });
  const oldWithNew = ca("CN=ca", { issuer: after, key: before.key });
  const ofOld = leaf(["old"], before);
  const ofNew = leaf(["new"], after);
  for (const profile of ["go", "rfc5280"] as const) {
    accepted(build(ofNew, [newWithOld], [before], { profile }));
    accepted(build(ofOld, [oldWithNew], [after], { profile }));
    accepted(build(ofNew, [newWithOld, oldWithNew], [before, after], { profile }));
  }
});

test("a circle of CAs that sign each other ends", () => {
  const a = ca("CN=A");
  const b = ca("CN=B");
  const aByB = ca("CN=A", { issuer: b, key: a.key });
  const bByA = ca("CN=B", { issuer: a, key: b.key });
  const failure = refused(build(leaf(["x"], a), [aByB, bByA], [root]));
  assert.equal(failure.code, "unknown-authority", failure.message);
});

test("a mesh of one name and many keys ends at the budget, and says how near it came", () => {
  const keys = Array.from({ length: 12 }, () => ca("CN=mesh").key);
  const mesh = keys.flatMap((key, i) =>
    keys.slice(0, i).map((signer) =>
      ca("CN=mesh", {
        key,
        issuer: { certificate: ca("CN=mesh", { key: signer }).certificate, key: signer },
      }),
    ),
  );
  const lost = leaf(["x"], { certificate: mesh[0]!.certificate, key: keys.at(-1)! });
  const failure = expectFailure(
    build(lost, mesh, [root]),
    "budget",
    lost,
    /^gave up on certificate "CN=x" after 100 candidate issuers; nearest so far: /,
  );
  assert.equal(failure.rank, 100);
});

test("ten thousand names under constraints end at the budget", () => {
  const many = Array.from({ length: 1000 }, (_, i) => ({
    kind: "dns" as const,
    value: `n${i}.example.com`,
  }));
  const bound = ca("CN=bound", {
    issuer: root,
    extensions: { nameConstraints: { permitted: many, excluded: [] } },
  });
  const wide = leaf(
    many.toReversed().map(({ value }) => value),
    bound,
  );
  expectFailure(
    build(wide, [bound], [root]),
    "budget",
    wide,
    /^gave up on certificate "CN=n999.example.com" after 250000 comparisons of names with name constraints/,
  );
});

test("a trusted intermediate ends the path for Go, and does not for OpenSSL", () => {
  accepted(build(server, [], [inter]));
  expectFailure(
    build(server, [], [inter], { profile: "openssl" }),
    "unknown-authority",
    inter,
    /issuer "CN=etcd-ca" of certificate "CN=etcd-issuing"/,
  );
});

test("a leaf that is itself trusted needs no issuer", () => {
  assert.equal(accepted(build(server, [], [server])).length, 1);
});

test("an intermediate with its root's name is taken for a root by OpenSSL when nothing tells them apart", () => {
  const plain = { subjectKeyIdentifier: root.certificate.subjectKeyIdentifier! };
  const twin = issue({
    subject: "CN=etcd-ca",
    issuer: root,
    extensions: { ...plain, basicConstraints: { ca: true }, keyUsage: ["keyCertSign"] },
  });
  const below = issue({
    subject: "CN=x",
    issuer: twin,
    extensions: { subjectAltName: [{ kind: "dns", value: "x" }] },
  });
  accepted(build(below, [twin], [root]));
  refused(build(below, [twin], [root], { profile: "openssl" }));
});

test("signatures are checked once when verdicts are shared between calls", () => {
  const verdicts = new Map<string, boolean>();
  let checks = 0;
  const counting: Partial<PathInput> = {
    verdicts,
    verifySignature: () => {
      checks += 1;
      return true;
    },
  };
  build(server, [inter], [root], counting);
  build(server, [inter], [root], counting);
  assert.equal(checks, 2);
});

test("an octet changed anywhere in any certificate of the chain never makes the path builder throw", () => {
  const seed = Number(process.env["CERTWRIGHT_SEED"] ?? 20261123);
  const bound = ca("CN=bound", {
    issuer: root,
    extensions: {
      nameConstraints: { permitted: [{ kind: "dns", value: "example.com" }], excluded: [] },
      policies: [{ oid: "2.5.29.32.0" }],
    },
  });
  const ders = [leaf(["a.example.com"], bound), bound, root].map((one) => one.certificate.der);
  const change = fc.record({
    which: fc.integer({ min: 0, max: 2 }),
    at: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
    octet: fc.integer({ min: 0, max: 255 }),
    profile: fc.constantFrom<ProfileName>("go", "openssl", "rfc5280", "rfc5280-strict", "webpki"),
  });
  fc.assert(
    fc.property(change, ({ which, at, octet, profile }) => {
      const changed = ders.map((der) => der.slice());
      changed[which]![Math.floor(at * changed[which]!.length)] = octet;
      const [first, ...rest] = changed.map(readOrNothing);
      if (first === undefined) return;
      const [middle, anchor] = rest.map((one) => (one === undefined ? [] : [one]));
      const result = buildPath({
        leaf: first,
        intermediates: middle ?? [],
        anchors: anchor ?? [],
        at: now,
        name: { kind: "dns", value: "a.example.com" },
        usages: ["serverAuth"],
        profile,
        // As if every signature were right, so that what was changed gets looked at.
        verifySignature: () => true,
      });
      assert.ok(result.ok || result.failure.message.length > 0);
    }),
    { seed, numRuns: 2000 },
  );
});
