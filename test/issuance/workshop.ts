import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { domainToASCII } from "node:url";
import type { TestContext } from "node:test";
import { digests } from "../../src/adapters/crypto/node-digests.ts";
import { keyMaker } from "../../src/adapters/crypto/node-keys.ts";
import { verifySignature } from "../../src/adapters/crypto/node-verify.ts";
import {
  generationName,
  intermediateTemplate,
  rootTemplate,
  type CaEvaluation,
  type CaRequest,
} from "../../src/core/issuance/ca-template.ts";
import { completeTemplate } from "../../src/core/issuance/complete-template.ts";
import { evaluate } from "../../src/core/issuance/evaluate.ts";
import type { LeafProfile } from "../../src/core/issuance/profile.ts";
import { profileRequest } from "../../src/core/issuance/profile-request.ts";
import type { IssueRequest, Settings } from "../../src/core/issuance/request.ts";
import { serialOf } from "../../src/core/issuance/serial.ts";
import type { Certificate } from "../../src/core/model/certificate.ts";
import type { KeySpec } from "../../src/core/model/key.ts";
import type { CertificateTemplate } from "../../src/core/model/template.ts";
import { parseCertificate } from "../../src/core/x509/certificate.ts";
import { subjectOf } from "../../src/core/x509/names.ts";
import { writePem } from "../../src/core/x509/pem.ts";
import { parsePublicKey } from "../../src/core/x509/public-key.ts";
import { assembleSigned, writeTbsCertificate } from "../../src/core/x509/write-certificate.ts";
import type { ExportableKey } from "../../src/ports/private-key.ts";

/** A certificate with its key, made in memory with the same parts that the authority uses. */
export interface Pair {
  readonly certificate: Certificate;
  readonly key: ExportableKey;
  readonly pem: string;
}

export const keySpecs: readonly KeySpec[] = [
  { algorithm: "rsa", bits: 2048 },
  { algorithm: "ec", curve: "P-256" },
  { algorithm: "ec", curve: "P-384" },
  { algorithm: "ec", curve: "P-521" },
  { algorithm: "ed25519" },
];

export const specName = (spec: KeySpec): string =>
  spec.algorithm === "rsa" ? `RSA-${spec.bits}` : spec.algorithm === "ec" ? spec.curve : "Ed25519";

const newSerial = (): Uint8Array => serialOf(randomBytes(20));

const sign = (template: CertificateTemplate, key: ExportableKey, signer: ExportableKey): Pair => {
  const tbs = writeTbsCertificate(template);
  const algorithm = template.signatureAlgorithm;
  const der = assembleSigned(tbs, algorithm, signer.sign(algorithm, tbs));
  return {
    certificate: parseCertificate(der, { digests, reading: "strict" }),
    key,
    pem: writePem("CERTIFICATE", der),
  };
};

const allowed = <T extends { readonly ok: boolean }>(evaluation: T): Extract<T, { ok: true }> => {
  if (!evaluation.ok) throw new Error(`refused: ${JSON.stringify(evaluation)}`);
  return evaluation as Extract<T, { ok: true }>;
};

export interface CaOptions extends Partial<
  Pick<CaRequest, "pathLength" | "nameConstraints" | "trustDomain" | "lifetime">
> {
  readonly generation?: number;
  readonly parent?: Pair;
}

const tenYears = 3650 * 86_400_000;

export const makeCa = (name: string, spec: KeySpec, options: CaOptions = {}): Pair => {
  const { generation = 1, parent, ...rest } = options;
  const key = keyMaker.generate(spec);
  const request: CaRequest = {
    lifetime: tenYears,
    ...rest,
    subject: subjectOf({ commonName: generationName(name, generation) }),
    key: parsePublicKey(key.spki, digests),
    serial: newSerial(),
  };
  const evaluation: CaEvaluation =
    parent === undefined
      ? rootTemplate(request, Date.now(), digests)
      : intermediateTemplate(request, parent.certificate, Date.now(), digests);
  return sign(allowed(evaluation).template, key, parent?.key ?? key);
};

export const settings: Settings = {
  verifySignature,
  toAscii: (name) => domainToASCII(name) || undefined,
};

export const issue = (
  ca: Pair,
  profile: LeafProfile,
  asked: IssueRequest,
  spec: KeySpec = profile.key,
  extra: Settings = {},
): Pair => {
  const prepared = profileRequest(profile, asked, {
    key: spec,
    settings: { ...settings, ...extra },
  });
  const { template, key } = allowed(
    evaluate(prepared.request, prepared.role, ca.certificate, Date.now(), prepared.settings),
  );
  const made = keyMaker.generate(key!);
  const complete = completeTemplate(template, { serial: newSerial(), spki: made.spki }, digests);
  return sign(complete, made, ca.key);
};

/** A folder that goes away with the test. */
export const folder = (t: TestContext): string => {
  const path = mkdtempSync(join(tmpdir(), "certwright-issuance-"));
  t.after(() => rmSync(path, { recursive: true, force: true }));
  return path;
};
