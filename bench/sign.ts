import { spawnSync } from "node:child_process";

import { systemClock } from "../src/adapters/clock/system-clock.ts";
import { digests } from "../src/adapters/crypto/node-digests.ts";
import { keyMaker } from "../src/adapters/crypto/node-keys.ts";
import { verifySignature } from "../src/adapters/crypto/node-verify.ts";
import { createSystemRandom } from "../src/adapters/random/system-random.ts";
import { rootTemplate } from "../src/core/issuance/ca-template.ts";
import { subjectOf } from "../src/core/x509/names.ts";
import { parsePublicKey } from "../src/core/x509/public-key.ts";
import { parseSigningRequest, writeSigningRequestInfo } from "../src/core/x509/signing-request.ts";
import { assembleSigned } from "../src/core/x509/write-certificate.ts";
import type { SigningGeneration } from "../src/engine/authority/authority.ts";
import { certify, requireVerifying } from "../src/engine/authority/certify.ts";
import { decide, makeLeaf, prepare } from "../src/engine/authority/leaf.ts";
import type { ExportableKey } from "../src/ports/private-key.ts";
import type { Figure } from "./figure.ts";

const P256 = { algorithm: "ec", curve: "P-256" } as const;
const ports = {
  clock: systemClock,
  random: createSystemRandom(),
  digests,
  verifySignature,
};
/** A server with four names. */
const names = { dns: ["web-1.example.com", "web.example.com", "web-1"], ip: ["10.0.0.11"] };

const createCa = (): { readonly issuer: SigningGeneration; readonly key: ExportableKey } => {
  const key = keyMaker.generate(P256);
  const publicKey = parsePublicKey(key.spki, digests);
  const now = systemClock.now();
  const request = {
    subject: subjectOf({ commonName: "bench-ca" }),
    key: publicKey,
    serial: ports.random.bytes(16).fill(0x41, 0, 1),
    lifetime: 10 * 365 * 86_400_000,
  };
  const evaluation = rootTemplate(request, now, digests);
  if (!evaluation.ok) throw new Error(evaluation.refusal.message);
  const certificate = certify(evaluation.template, key, digests);
  const issuer: SigningGeneration = {
    issuer: "bench-ca",
    number: 1,
    stage: "issuing",
    keyId: publicKey.id,
    certificate,
    chain: [],
    crossSigns: [],
    createdAt: now,
  };
  return { issuer, key };
};

const createRequest = (): Uint8Array => {
  const key = keyMaker.generate(P256);
  const info = writeSigningRequestInfo({
    subject: subjectOf({ commonName: names.dns[0]! }),
    spki: key.spki,
    extensions: { subjectAltName: names.dns.map((value) => ({ kind: "dns", value })) },
  });
  return assembleSigned(info, "ecdsa-sha256", key.sign("ecdsa-sha256", info));
};

/** Runs per CPU-second of this process in the best of many slices of some 30 ms: the machine is shared. */
const rateOf = (work: () => void): number => {
  for (let i = 0; i < 2000; i += 1) work();
  let best = 0;
  for (let slice = 0; slice < 60; slice += 1) {
    const start = process.cpuUsage();
    const count = 300;
    for (let i = 0; i < count; i += 1) work();
    const { user, system } = process.cpuUsage(start);
    best = Math.max(best, (count * 1e6) / (user + system));
  }
  return best;
};

/** Signatures and verifications per CPU-second by OpenSSL's own measure, the best of three. */
const opensslSpeed = (): { readonly sign: number; readonly verify: number } => {
  let [sign, verify] = [0, 0];
  for (let run = 0; run < 3; run += 1) {
    const { stdout } = spawnSync("openssl", ["speed", "-mr", "-seconds", "1", "ecdsap256"], {
      encoding: "utf8",
      timeout: 60_000,
    });
    const [, s = "", v = ""] = /^\+F4:\d+:256:([\d.]+):([\d.]+)/m.exec(stdout) ?? [];
    sign = Math.max(sign, Number(s));
    verify = Math.max(verify, Number(v));
  }
  if (!(sign > 0 && verify > 0)) throw new Error("openssl speed ecdsap256 gave no figures");
  return { sign, verify };
};

/** Operations one after the other: what all of them together allow. */
const together = (...rates: readonly number[]): number =>
  1 / rates.reduce((sum, rate) => sum + 1 / rate, 0);

interface Mode {
  readonly ours: number;
  readonly allowed: number;
  readonly ratio: number;
}

/**
 * Writing, signing and strictly reading back a P-256 leaf, against what the cryptography alone allows.
 * With a new key: key and its PEM included. `openssl speed` has no measure for making EC keys; that is one multiplication
 * of the base point, as a signature is, so its rate stands for both. From a CSR: reading it and verifying its signature
 * included, on both sides, because nobody signs one unverified.
 * `rules` has the rates with the decision of the role's rules, `checked` with that and the check of the path before
 * release, which is one more verification. The store is another matter: see test/authority and the facts of SQLite.
 */
export const run = async (): Promise<
  Figure & {
    readonly modes: Readonly<Record<"known key" | "from CSR" | "new key", Mode>>;
    readonly rules: Readonly<Record<"from CSR" | "new key", number>>;
    readonly checked: Readonly<Record<"from CSR" | "new key", number>>;
    readonly openssl: { readonly sign: number; readonly verify: number };
  }
> => {
  const { issuer, key: signer } = createCa();
  const der = createRequest();
  const { spki } = keyMaker.generate(P256);
  const order = { issuer: "bench-ca", profile: "tls-server", ...names };
  const decided = decide(ports, issuer, prepare(ports, issuer, order));
  const newKey = () => {
    const key = keyMaker.generate(P256);
    key.pem("pkcs8");
    return key.spki;
  };
  const fromRequest = () => {
    const request = parseSigningRequest(der, { digests, reading: "strict" });
    const { publicKey, signatureAlgorithm, info, signature } = request;
    if (!verifySignature(publicKey.spki, signatureAlgorithm, info, signature)) {
      throw new Error("the signing request does not verify");
    }
    return makeLeaf(ports, decided, publicKey.spki, signer);
  };
  const ruledRequest = () => {
    const prepared = prepare(ports, issuer, { ...order, request: der });
    const { spki: own } = prepared.request.csr!.publicKey;
    return makeLeaf(ports, decide(ports, issuer, prepared), own, signer);
  };
  const ruledNewKey = () =>
    makeLeaf(ports, decide(ports, issuer, prepare(ports, issuer, order)), newKey(), signer);
  const check = (certificate: ReturnType<typeof fromRequest>): void =>
    requireVerifying(ports, certificate, [issuer.certificate], systemClock.now());
  const both = (request: () => void, key: () => void) => ({
    "from CSR": Math.round(rateOf(request)),
    "new key": Math.round(rateOf(key)),
  });

  const before = opensslSpeed();
  const knownKey = rateOf(() => makeLeaf(ports, decided, spki, signer));
  const rates = both(fromRequest, () => makeLeaf(ports, decided, newKey(), signer));
  const rules = both(ruledRequest, ruledNewKey);
  const checked = both(
    () => check(ruledRequest()),
    () => check(ruledNewKey()),
  );
  const after = opensslSpeed();
  const sign = Math.max(before.sign, after.sign);
  const verify = Math.max(before.verify, after.verify);
  const mode = (ours: number, allowed: number): Mode => ({
    ours: Math.round(ours),
    allowed: Math.round(allowed),
    ratio: Number((ours / allowed).toFixed(2)),
  });
  const modes = {
    "known key": mode(knownKey, sign),
    "from CSR": mode(rates["from CSR"], together(sign, verify)),
    "new key": mode(rates["new key"], together(sign, sign)),
  };
  const lowest =
    modes["from CSR"].ratio < modes["new key"].ratio ? modes["from CSR"] : modes["new key"];
  return {
    name: "sign",
    ours: lowest.ours,
    peer: lowest.allowed,
    ratio: lowest.ratio,
    unit: "P-256 leaves per CPU-second, the lower of from CSR and with a new key, of what OpenSSL's cryptography alone allows",
    modes,
    rules,
    checked,
    openssl: { sign: Math.round(sign), verify: Math.round(verify) },
  };
};
