/** Certificates of others, read as Node's OpenSSL reads them. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { X509Certificate } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { digests } from "../../src/adapters/crypto/node-digests.ts";
import type { DistinguishedName } from "../../src/core/model/name.ts";
import { parseCertificate } from "../../src/core/x509/certificate.ts";
import { formatName } from "../../src/core/x509/names.ts";
import { readPem } from "../../src/core/x509/pem.ts";
import { parseRevocationList } from "../../src/core/x509/revocation-list.ts";
import { leaveOut } from "../left-out.ts";

const goRoot = (spawnSync("go", ["env", "GOROOT"], { encoding: "utf8" }).stdout ?? "").trim();
const limbo =
  process.env["X509_LIMBO"] ??
  join(import.meta.dirname, "../../../shared/vectors/x509-limbo-part.json");

const filesBelow = (folder: string, pattern: RegExp): string[] =>
  existsSync(folder)
    ? readdirSync(folder, { recursive: true, encoding: "utf8" })
        .filter((path) => pattern.test(path))
        .map((path) => join(folder, path))
    : [];

/** Certificates of a file of any form: PEM in source code and JSON, DER. */
const certificatesOf = (path: string): Uint8Array[] => {
  const bytes = new Uint8Array(readFileSync(path));
  return readPem(bytes)
    .blocks.filter((block) => block.label === "CERTIFICATE")
    .map((block) => block.der);
};

/** OpenSSL's lines "C=US", by our text of each set. Keywords differ; values do not. */
const valuesOf = (name: DistinguishedName): string[] =>
  name.rdns.flatMap((rdn) => rdn.map((a) => formatName({ rdns: [[a]] }).replace(/^[^=]*=/, "")));
const valuesOfPeer = (text: string | undefined): string[] =>
  (text ?? "")
    .split("\n")
    .flatMap((line) =>
      line === "" ? [] : line.split(" + ").map((part) => part.replace(/^[^=]*=/, "")),
    );

/** How OpenSSL shows characters that we escape by RFC 4514's octets. */
const comparable = (values: readonly string[]): string[] =>
  values.map((value) => value.replaceAll("\\", "").toLowerCase());

const compare = (der: Uint8Array): "agree" | "neither reads it" | "only we read it" => {
  let peer: X509Certificate;
  try {
    peer = new X509Certificate(der);
  } catch {
    try {
      parseCertificate(der, { digests, reading: "tolerant" });
      return "only we read it";
    } catch {
      return "neither reads it";
    }
  }
  const ours = parseCertificate(der, { digests, reading: "tolerant" });
  assert.equal(ours.fingerprint, peer.fingerprint256.replaceAll(":", "").toLowerCase());
  assert.equal(
    (ours.serialNegative ? "" : ours.serial).replace(/^0+/, ""),
    ours.serialNegative ? "" : peer.serialNumber.toLowerCase().replace(/^0+/, ""),
  );
  assert.deepEqual(
    [ours.notBefore, ours.notAfter],
    [peer.validFromDate.getTime(), peer.validToDate.getTime()],
  );
  assert.deepEqual(comparable(valuesOf(ours.subject)), comparable(valuesOfPeer(peer.subject)));
  assert.deepEqual(comparable(valuesOf(ours.issuer)), comparable(valuesOfPeer(peer.issuer)));
  // OpenSSL's idea of a CA looks at keyUsage as well.
  const mayIssue = ours.keyUsage === undefined || ours.keyUsage.includes("keyCertSign");
  assert.equal(ours.basicConstraints?.ca === true && mayIssue, peer.ca);
  assert.equal(
    ours.flaws.length === 0,
    isStrict(der),
    "a tolerant reading has no flaw exactly if a strict one succeeds",
  );
  return "agree";
};

const isStrict = (der: Uint8Array): boolean => {
  try {
    parseCertificate(der, { digests, reading: "strict" });
    return true;
  } catch {
    return false;
  }
};

const compareAll = (ders: readonly Uint8Array[]): Record<string, number> => {
  const counts: Record<string, number> = {};
  for (const [index, der] of ders.entries()) {
    let outcome: string;
    try {
      outcome = compare(der);
    } catch (error) {
      if (error instanceof Error)
        error.message = `certificate ${index}, ${Buffer.from(der).toString("base64")}: ${error.message}`;
      throw error;
    }
    counts[outcome] = (counts[outcome] ?? 0) + 1;
  }
  return counts;
};

test("Go's own test certificates are read as Node reads them", (t) => {
  const folder = join(goRoot, "src/crypto");
  const ders = filesBelow(folder, /x509\/.*\.(?:pem|crt|go)$|tls\/.*\.(?:pem|go)$/)
    .filter((path) => !path.includes("nist-pkits"))
    .flatMap(certificatesOf);
  if (ders.length === 0) return leaveOut(t, "Go's sources are not on this machine");
  const counts = compareAll(ders);
  t.diagnostic(JSON.stringify(counts));
  assert.ok((counts["agree"] ?? 0) > 50);
});

test("the certificates of NIST's PKITS are read as Node reads them", (t) => {
  const ders = filesBelow(
    join(goRoot, "src/crypto/x509/testdata/nist-pkits/certs"),
    /\.crt$/,
  ).flatMap(certificatesOf);
  if (ders.length === 0)
    return leaveOut(t, "NIST's PKITS is not on this machine (it comes with Go's sources)");
  const counts = compareAll(ders);
  t.diagnostic(JSON.stringify(counts));
  assert.ok((counts["agree"] ?? 0) > 300, JSON.stringify(counts));
});

test("the public CAs of this machine are read as Node reads them", (t) => {
  const ders = filesBelow("/usr/share/ca-certificates/mozilla", /\.crt$/).flatMap(certificatesOf);
  if (ders.length === 0) return leaveOut(t, "package ca-certificates is not on this machine");
  const counts = compareAll(ders);
  t.diagnostic(JSON.stringify(counts));
  assert.equal(counts["agree"], ders.length);
});

test("the certificates and revocation lists of x509-limbo are read as Node reads them", (t) => {
  if (!existsSync(limbo))
    return leaveOut(t, `no x509-limbo at ${limbo}; X509_LIMBO names another place`);
  interface Case {
    readonly trusted_certs: readonly string[];
    readonly untrusted_intermediates: readonly string[];
    readonly peer_certificate: string;
    readonly crls?: readonly string[];
  }
  const { testcases } = JSON.parse(readFileSync(limbo, "utf8")) as { testcases: readonly Case[] };
  const pems = new Set(
    testcases.flatMap((c) => [
      ...c.trusted_certs,
      ...c.untrusted_intermediates,
      c.peer_certificate,
    ]),
  );
  const ders = [...pems]
    .map((pem) => readPem(Buffer.from(pem)).blocks[0]?.der)
    .filter((der) => der !== undefined);
  assert.equal(ders.length, pems.size);
  const counts = compareAll(ders);
  t.diagnostic(JSON.stringify(counts));
  assert.equal(counts["agree"], ders.length);
  for (const pem of testcases.flatMap((c) => c.crls ?? [])) {
    const block = readPem(Buffer.from(pem)).blocks[0];
    assert.equal(block?.label, "X509 CRL");
    assert.deepEqual(parseRevocationList(block.der, { reading: "tolerant" }).flaws, []);
  }
});
