import assert from "node:assert/strict";
import { test } from "node:test";
import { digests } from "../../adapters/crypto/node-digests.ts";
import { makeCa } from "../../../test/issuance/workshop.ts";
import { formatName, subjectOf } from "../x509/names.ts";
import {
  crossSignTemplate,
  generationName,
  intermediateTemplate,
  rootTemplate,
  type CaRequest,
} from "./ca-template.ts";
import { subjectKeyIdentifier } from "./key-identifier.ts";
import { serialOf } from "./serial.ts";

const spec = { algorithm: "ec", curve: "P-256" } as const;
const serial = serialOf(new Uint8Array(20).fill(9));

const requestFor = (extra: Partial<CaRequest> = {}): CaRequest => ({
  subject: subjectOf({ commonName: "below" }),
  key: makeCa("below", spec).certificate.publicKey,
  serial,
  lifetime: 86_400_000,
  ...extra,
});

test("each generation has a name of its own, and the first the plain one", () => {
  assert.deepEqual(
    [1, 2, 10].map((n) => generationName("etcd-ca", n)),
    ["etcd-ca", "etcd-ca g2", "etcd-ca g10"],
  );
  assert.equal(
    formatName(makeCa("etcd-ca", spec, { generation: 2 }).certificate.subject),
    "CN=etcd-ca g2",
  );
});

test("a root names its own key twice and may sign certificates and revocation lists only", () => {
  const { certificate: root } = makeCa("root", spec);
  const ski = subjectKeyIdentifier(root.publicKey.spki, digests);
  assert.deepEqual(root.subjectKeyIdentifier, ski);
  assert.deepEqual(root.authorityKeyIdentifier?.keyIdentifier, ski);
  assert.deepEqual(root.basicConstraints, { ca: true });
  assert.deepEqual(root.keyUsage, ["keyCertSign", "cRLSign"]);
  assert.equal(root.subjectAltName, undefined);
  assert.equal(root.serial.length, 40);
});

test("path lengths shrink on the way down, and zero is the end in Vault's words", () => {
  const root = makeCa("root", spec, { pathLength: 2 });
  const middle = makeCa("middle", spec, { parent: root });
  assert.deepEqual(middle.certificate.basicConstraints, { ca: true, pathLength: 1 });
  const last = makeCa("last", spec, { parent: middle });
  assert.deepEqual(last.certificate.basicConstraints, { ca: true, pathLength: 0 });
  const below = intermediateTemplate(requestFor(), last.certificate, Date.now(), digests);
  assert.ok(!below.ok);
  assert.equal(
    below.refusal.message,
    "signing certificate has a max path length of zero, and cannot issue further CA certificates",
  );
  const long = intermediateTemplate(
    requestFor({ pathLength: 2 }),
    root.certificate,
    Date.now(),
    digests,
  );
  assert.ok(!long.ok);
  assert.equal(long.refusal.message, "a path length of 2 is not below the issuer's, which is 2");
});

test("an intermediate ends with its parent, with a warning, unless told otherwise", () => {
  const now = Date.now();
  const root = makeCa("root", spec, { lifetime: 3_600_000 }).certificate;
  const cut = intermediateTemplate(requestFor(), root, now, digests);
  assert.ok(cut.ok);
  assert.equal(cut.template.notAfter, root.notAfter);
  assert.match(cut.warnings.join(), /ends with its issuer/);
  const refused = intermediateTemplate(requestFor(), root, now, digests, "err");
  assert.ok(!refused.ok);
  assert.match(
    refused.refusal.message,
    /^cannot satisfy request, as TTL would result in notAfter of /,
  );
  const kept = intermediateTemplate(requestFor(), root, now, digests, "permit");
  assert.ok(kept.ok && kept.template.notAfter > root.notAfter && kept.warnings.length === 0);
});

test("a leaf, an expired CA and one that may not sign sign no CA", () => {
  const root = makeCa("root", spec).certificate;
  for (const [issuer, now] of [
    [
      {
        ...root,
        subject: root.subject,
        publicKey: root.publicKey,
        notAfter: root.notAfter,
        notBefore: root.notBefore,
        basicConstraints: undefined,
      },
      Date.now(),
    ],
    [root, root.notAfter + 1],
  ] as const) {
    const refused = intermediateTemplate(requestFor(), issuer as typeof root, now, digests);
    assert.ok(!refused.ok);
    assert.equal(refused.refusal.rule, "issuer-is-ca");
  }
});

test("weak and foreign keys become no CA", () => {
  const root = makeCa("root", spec).certificate;
  const weak = { spki: root.publicKey.spki, algorithm: "rsa", bits: 1024 } as const;
  const refused = intermediateTemplate(requestFor({ key: weak }), root, Date.now(), digests);
  assert.ok(!refused.ok);
  assert.equal(refused.refusal.message, "RSA keys < 2048 bits are unsafe and not supported");
});

test("a CA's name has parts of 1 to 64 characters", () => {
  const root = makeCa("root", spec).certificate;
  for (const commonName of ["", "a".repeat(65)]) {
    const request = requestFor({ subject: subjectOf({ commonName }) });
    const evaluations = [
      rootTemplate(request, Date.now(), digests),
      intermediateTemplate(request, root, Date.now(), digests),
    ];
    for (const refused of evaluations) {
      assert.ok(!refused.ok);
      assert.equal(refused.refusal.rule, "subject-length");
    }
  }
  const longest = requestFor({ subject: subjectOf({ commonName: "ä".repeat(64) }) });
  assert.ok(rootTemplate(longest, Date.now(), digests).ok);
});

test("a name constraint is a domain: one that permits every name, or a wildcard that permits none, is refused", () => {
  const constrained = (permitted: readonly string[], excluded: readonly string[] = []) => {
    const names = (values: readonly string[]) =>
      values.map((value) => ({ kind: "dns", value }) as const);
    const nameConstraints = { permitted: names(permitted), excluded: names(excluded) };
    return rootTemplate(requestFor({ nameConstraints }), Date.now(), digests);
  };
  for (const domain of ["", "*.example.com", "exa mple", "example.com.", "a..b", "https://a.b"]) {
    const refused = constrained([domain]);
    assert.ok(!refused.ok, domain);
    assert.equal(refused.refusal.rule, "constraint-form");
    assert.equal(constrained([], [domain]).ok, domain === "", domain);
  }
  assert.ok(constrained(["example.com", ".example.com", "local", "_x.example.com"]).ok);
});

test("a trust domain is written without its scheme, in lower case", () => {
  for (const trustDomain of ["spiffe://cluster.local", "Cluster.local", "", "a/b"]) {
    const refused = rootTemplate(requestFor({ trustDomain }), Date.now(), digests);
    assert.ok(!refused.ok, trustDomain);
    assert.equal(refused.refusal.rule, "trust-domain");
  }
  assert.ok(rootTemplate(requestFor({ trustDomain: "cluster.local" }), Date.now(), digests).ok);
});

test("a cross-signed certificate keeps name, key, key identifier and constraints", () => {
  const old = makeCa("etcd-ca", spec).certificate;
  const fresh = makeCa("etcd-ca", spec, {
    generation: 2,
    pathLength: 1,
    nameConstraints: { permitted: [{ kind: "dns", value: "example.com" }], excluded: [] },
  }).certificate;
  const crossed = crossSignTemplate(fresh, old, serial, Date.now(), digests);
  assert.ok(crossed.ok);
  const { template } = crossed;
  assert.deepEqual(template.subject, { der: fresh.subject.der });
  assert.deepEqual(template.issuer, old.subject.der);
  assert.deepEqual(template.spki, fresh.publicKey.spki);
  assert.deepEqual(template.extensions.subjectKeyIdentifier, fresh.subjectKeyIdentifier);
  assert.deepEqual(
    template.extensions.authorityKeyIdentifier?.keyIdentifier,
    old.subjectKeyIdentifier,
  );
  assert.deepEqual(template.extensions.basicConstraints, { ca: true, pathLength: 1 });
  assert.deepEqual(template.extensions.nameConstraints?.permitted, [
    { kind: "dns", value: "example.com" },
  ]);
  assert.ok(template.notAfter <= Math.min(old.notAfter, fresh.notAfter));
});

test("serials are positive and always 20 octets, whatever the random octets", () => {
  for (const octet of [0x00, 0x7f, 0x80, 0xff]) {
    const first = serialOf(new Uint8Array(20).fill(octet))[0]!;
    assert.ok(first >= 0x40 && first <= 0x7f);
  }
  assert.throws(() => serialOf(new Uint8Array(8)), /a serial number needs 20 random octets/);
});
