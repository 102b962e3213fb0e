import type { Instant } from "../../src/core/model/certificate.ts";
import { evaluate, type Refusal } from "../../src/core/issuance/evaluate.ts";
import type { LeafTemplate } from "../../src/core/issuance/leaf-template.ts";
import type { IssueRequest, IssuerFacts, Settings } from "../../src/core/issuance/request.ts";
import { defaultRole, type Role } from "../../src/core/issuance/role.ts";
import type { SigningRequest } from "../../src/core/model/signing-request.ts";
import type { GeneralName } from "../../src/core/model/name.ts";
import type { KeyId, PublicKey } from "../../src/core/model/certificate.ts";

export const now: Instant = Date.UTC(2026, 10, 23, 12);
const day = 86_400_000;

const key = (algorithm: PublicKey["algorithm"], bits: number): PublicKey => ({
  spki: new Uint8Array(0),
  id: "" as KeyId,
  algorithm,
  oid: "",
  bits,
});

/** A P-256 root of ten years, without an opinion on names and usages. */
export const issuer: IssuerFacts = {
  subject: { der: Uint8Array.of(0x30, 0), rdns: [] },
  notBefore: now - day,
  notAfter: now + 3650 * day,
  publicKey: key("ec", 256),
  basicConstraints: { ca: true },
  keyUsage: ["keyCertSign", "cRLSign"],
  extendedKeyUsage: undefined,
  nameConstraints: undefined,
  subjectKeyIdentifier: new Uint8Array(20).fill(1),
};

/** A signing request with these parts; its signature is good when `settings.verifySignature` says so. */
export const csr = (parts: {
  readonly commonName?: string;
  readonly organization?: string;
  readonly names?: readonly GeneralName[];
  readonly key?: readonly [PublicKey["algorithm"], number];
}): SigningRequest => ({
  der: new Uint8Array(0),
  info: new Uint8Array(0),
  subject: {
    der: new Uint8Array(0),
    rdns: [
      ...(parts.organization === undefined
        ? []
        : [[{ oid: "2.5.4.10", value: parts.organization, tag: 12 }]]),
      ...(parts.commonName === undefined
        ? []
        : [[{ oid: "2.5.4.3", value: parts.commonName, tag: 12 }]]),
    ],
  },
  publicKey: key(...(parts.key ?? (["rsa", 2048] as const))),
  signatureAlgorithm: { oid: "" },
  signature: new Uint8Array(0),
  extensions: [],
  subjectAltName: parts.names,
  keyUsage: undefined,
  extendedKeyUsage: undefined,
});

interface Circumstances {
  readonly settings?: Settings;
  readonly issuer?: Partial<IssuerFacts>;
}

const answer = (request: IssueRequest, role: Partial<Role>, c: Circumstances) =>
  evaluate(request, { ...defaultRole, ...role }, { ...issuer, ...c.issuer }, now, {
    verifySignature: () => true,
    ...c.settings,
  });

/** The refusal, or an empty one when the request passes, so that a test reads in one line. */
export const refusal = (
  request: IssueRequest,
  role: Partial<Role> = {},
  c: Circumstances = {},
): Refusal => {
  const evaluation = answer(request, role, c);
  if (evaluation.ok) return { rule: "", citation: "", message: "", wouldPass: "" };
  return evaluation.refusal;
};

/** What will be issued; throws with the refusal. */
export const issued = (
  request: IssueRequest,
  role: Partial<Role> = {},
  c: Circumstances = {},
): { readonly template: LeafTemplate; readonly warnings: readonly string[] } => {
  const evaluation = answer(request, role, c);
  if (!evaluation.ok) throw new Error(`${evaluation.refusal.rule}: ${evaluation.refusal.message}`);
  return evaluation;
};

/** Alternative names as texts: "dns a.example.com". */
export const namesOf = (template: LeafTemplate): string[] =>
  (template.extensions.subjectAltName ?? []).map((name) =>
    "value" in name && typeof name.value === "string" ? `${name.kind} ${name.value}` : name.kind,
  );
