import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { crossSignTemplate } from "../../src/core/issuance/ca-template.ts";
import { profiles } from "../../src/core/issuance/profiles.ts";
import { serialOf } from "../../src/core/issuance/serial.ts";
import { digests } from "../../src/adapters/crypto/node-digests.ts";
import { assembleSigned, writeTbsCertificate } from "../../src/core/x509/write-certificate.ts";
import { writePem } from "../../src/core/x509/pem.ts";
import { samples } from "./samples.ts";
import { folder, issue, keySpecs, makeCa, specName } from "./workshop.ts";

const openssl = (...args: string[]): string =>
  execFileSync("openssl", args, {
    encoding: "utf8",
    timeout: 20_000,
    stdio: ["ignore", "pipe", "pipe"],
  });

test("openssl verifies a leaf of every profile against a CA of every key type", (t) => {
  const dir = folder(t);
  for (const spec of keySpecs) {
    const ca = makeCa("test-ca", spec);
    writeFileSync(join(dir, "ca.pem"), ca.pem);
    const files = profiles.flatMap((profile) => {
      if (profile.kind !== "leaf") return [];
      const file = join(dir, `${profile.name}.pem`);
      writeFileSync(file, issue(ca, profile, samples[profile.name] ?? {}).pem);
      return [file];
    });
    const out = openssl("verify", "-x509_strict", "-CAfile", join(dir, "ca.pem"), ...files);
    assert.equal(
      out
        .trim()
        .split("\n")
        .filter((line) => line.endsWith(": OK")).length,
      files.length,
      specName(spec),
    );
  }
});

test("openssl reads usages, names and key identifiers as they were meant", (t) => {
  const dir = folder(t);
  const ca = makeCa("etcd-ca", { algorithm: "ec", curve: "P-256" });
  const profile = profiles.find((one) => one.name === "etcd-server");
  assert.ok(profile?.kind === "leaf");
  const leaf = issue(ca, profile, { commonName: "etcd-1.example.com", ipSans: ["192.0.2.11"] });
  const file = join(dir, "leaf.pem");
  writeFileSync(file, leaf.pem);
  const text = openssl("x509", "-in", file, "-noout", "-text");
  assert.match(text, /X509v3 Basic Constraints: critical\s+CA:FALSE/);
  assert.match(text, /X509v3 Key Usage: critical\s+Digital Signature\n/);
  assert.match(text, /X509v3 Extended Key Usage: \s+TLS Web Server Authentication\n/);
  assert.match(
    text,
    /DNS:etcd-1.example.com, DNS:localhost, IP Address:192.0.2.11, IP Address:127.0.0.1, IP Address:0:0:0:0:0:0:0:1\n/,
  );
  assert.match(text, /Issuer: CN = etcd-ca\n/);
  const ski = /Subject Key Identifier: \s+([0-9A-F:]+)/.exec(text)?.[1];
  const key = openssl("x509", "-in", file, "-noout", "-pubkey");
  writeFileSync(join(dir, "key.pem"), key);
  assert.equal(ski?.length, 59, "20 octets of SHA-1");
  assert.match(text, /Serial Number:\s+[4-7][0-9a-f](:[0-9a-f]{2}){19}\n/, "20 octets, positive");
});

test("openssl walks from a leaf of the new generation to the old root over a cross-signed certificate", (t) => {
  const dir = folder(t);
  const spec = { algorithm: "ec", curve: "P-256" } as const;
  const old = makeCa("etcd-ca", spec, { lifetime: 365 * 86_400_000 });
  const fresh = makeCa("etcd-ca", spec, { generation: 2 });
  const crossed = crossSignTemplate(
    fresh.certificate,
    old.certificate,
    serialOf(new Uint8Array(20).fill(7)),
    Date.now(),
    digests,
  );
  assert.ok(crossed.ok);
  assert.ok(crossed.template.notAfter <= old.certificate.notAfter);
  assert.equal(crossed.warnings.length, 1, "says that it ends with the old root");
  const tbs = writeTbsCertificate(crossed.template);
  const cross = assembleSigned(tbs, "ecdsa-sha256", old.key.sign("ecdsa-sha256", tbs));
  const profile = profiles.find((one) => one.name === "etcd-peer");
  assert.ok(profile?.kind === "leaf");
  const leaf = issue(fresh, profile, { commonName: "etcd-1.example.com" });
  writeFileSync(join(dir, "old.pem"), old.pem);
  writeFileSync(join(dir, "new.pem"), fresh.pem);
  writeFileSync(join(dir, "cross.pem"), writePem("CERTIFICATE", cross));
  writeFileSync(join(dir, "leaf.pem"), leaf.pem);
  const leafFile = join(dir, "leaf.pem");
  assert.match(openssl("verify", "-CAfile", join(dir, "new.pem"), leafFile), /OK/);
  assert.match(
    openssl(
      "verify",
      "-CAfile",
      join(dir, "old.pem"),
      "-untrusted",
      join(dir, "cross.pem"),
      leafFile,
    ),
    /OK/,
  );
  assert.throws(() => openssl("verify", "-CAfile", join(dir, "old.pem"), leafFile));
});

test("openssl accepts names within an intermediate's constraints, with path length 0 and a trust domain", (t) => {
  const dir = folder(t);
  const spec = { algorithm: "ec", curve: "P-256" } as const;
  const root = makeCa("root", spec);
  const mesh = makeCa("mesh-ca", spec, {
    parent: root,
    pathLength: 0,
    trustDomain: "example.org",
    nameConstraints: { permitted: [{ kind: "dns", value: "example.com" }], excluded: [] },
  });
  assert.throws(() => makeCa("below", spec, { parent: mesh }), /max path length of zero/);
  const profile = profiles.find((one) => one.name === "tls-server");
  assert.ok(profile?.kind === "leaf");
  const leaf = issue(mesh, profile, { altNames: ["a.example.com"] });
  assert.throws(() => issue(mesh, profile, { altNames: ["a.example.net"] }), /name constraints/);
  for (const [name, pair] of Object.entries({ root, mesh, leaf }))
    writeFileSync(join(dir, `${name}.pem`), pair.pem);
  const out = openssl(
    "verify",
    "-x509_strict",
    "-CAfile",
    join(dir, "root.pem"),
    "-untrusted",
    join(dir, "mesh.pem"),
    join(dir, "leaf.pem"),
  );
  assert.match(out, /OK/);
});
