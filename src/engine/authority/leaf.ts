import { failure } from "../../core/errors/certwright-error.ts";
import { completeTemplate } from "../../core/issuance/complete-template.ts";
import { evaluate, explain, type Evaluation } from "../../core/issuance/evaluate.ts";
import { profileRequest, type Prepared } from "../../core/issuance/profile-request.ts";
import { profileOf } from "../../core/issuance/profiles.ts";
import type { IssueRequest } from "../../core/issuance/request.ts";
import { serialOctets, serialOf } from "../../core/issuance/serial.ts";
import { keyRequest } from "../../core/issuance/key-spec.ts";
import type { Certificate } from "../../core/model/certificate.ts";
import { formatName } from "../../core/x509/names.ts";
import { oidName } from "../../core/x509/oids.ts";
import { parseSigningRequest } from "../../core/x509/signing-request.ts";
import type { PrivateKey } from "../../ports/private-key.ts";
import type {
  Explained,
  Issued,
  IssueOrder,
  LeafOrder,
  Signed,
  SigningGeneration,
  SignOrder,
} from "./authority.ts";
import { certify, recordOf, requireVerifying } from "./certify.ts";
import { chainFrom, generationOf, isKeyPair, type Issuers } from "./issuers.ts";
import type { AuthorityPorts } from "./ports.ts";

export const issue = async (
  ports: AuthorityPorts,
  issuers: Issuers,
  order: IssueOrder,
): Promise<Issued> => {
  const issuer = await signerOf(issuers, order);
  const evaluation = decide(ports, issuer, prepare(ports, issuer, order));
  // Without a signing request a passing evaluation always says what key to make.
  const key = ports.keyMaker.generate(evaluation.key!);
  return { ...(await release(ports, issuer, order, evaluation, key.spki)), key };
};

export const sign = async (
  ports: AuthorityPorts,
  issuers: Issuers,
  order: SignOrder,
): Promise<Signed> => {
  const issuer = await signerOf(issuers, order);
  const prepared = prepare(ports, issuer, order);
  const evaluation = decide(ports, issuer, prepared);
  const { spki } = prepared.request.csr!.publicKey;
  return await release(ports, issuer, order, evaluation, spki);
};

export const explainOrder = async (
  ports: AuthorityPorts,
  issuers: Issuers,
  order: IssueOrder | SignOrder,
): Promise<Explained> => {
  const issuer = await signerOf(issuers, order);
  const { request, role, settings } = prepare(ports, issuer, order);
  const now = ports.clock.now();
  const rules = explain(request, role, issuer.certificate, now, settings);
  const evaluation = evaluate(request, role, issuer.certificate, now, settings);
  const { warnings } = evaluation;
  if (!evaluation.ok) return { passes: false, rules, refusal: evaluation.refusal, warnings };
  const { subject, notBefore, notAfter, extensions } = evaluation.template;
  return {
    passes: true,
    rules,
    warnings,
    would: {
      subject: "der" in subject ? "" : formatName(subject),
      names: extensions.subjectAltName ?? [],
      usages: (extensions.extendedKeyUsage ?? []).map(oidName),
      notBefore,
      notAfter,
      ...(evaluation.key === undefined ? {} : { key: evaluation.key }),
    },
  };
};

const signerOf = async (
  issuers: Issuers,
  { issuer, generation }: LeafOrder,
): Promise<SigningGeneration> => {
  const signer =
    generation === undefined
      ? await issuers.signing(issuer)
      : generationOf(await issuers.named(issuer), generation);
  if (isKeyPair(signer)) throw failure("authority.key-pair-no-ca", { issuer });
  return signer;
};

type Deciding = Pick<AuthorityPorts, "clock" | "digests" | "toAscii" | "verifySignature">;
type Making = Pick<AuthorityPorts, "digests" | "random">;
type Passing = Evaluation & { readonly ok: true };

/** Makes the certificate, checks it, records it, and only then gives it out. */
const release = async (
  ports: AuthorityPorts,
  issuer: SigningGeneration,
  order: LeafOrder,
  evaluation: Passing,
  spki: Uint8Array,
): Promise<Signed> => {
  const signer = await ports.keystore.get(issuer.keyId);
  const certificate = makeLeaf(ports, evaluation, spki, signer);
  const chain = chainFrom(issuer);
  const now = ports.clock.now();
  requireVerifying(ports, certificate, chain, now);
  const profile = order.profile ?? order.role?.name ?? "";
  await ports.store.record([recordOf(certificate, issuer, profile, now)]);
  return { certificate, chain, warnings: evaluation.warnings };
};

/** A signed certificate with a new serial, not yet checked against its path or recorded. */
export const makeLeaf = (
  ports: Making,
  { template }: Passing,
  spki: Uint8Array,
  signer: PrivateKey,
): Certificate => {
  const serial = serialOf(ports.random.bytes(serialOctets));
  const complete = completeTemplate(template, { serial, spki }, ports.digests);
  return certify(complete, signer, ports.digests);
};

/** What the certificate will say. Throws issuance.refused. */
export const decide = (
  ports: Deciding,
  issuer: SigningGeneration,
  { request, role, settings }: Prepared,
): Passing => {
  const now = ports.clock.now();
  const evaluation = evaluate(request, role, issuer.certificate, now, settings);
  if (evaluation.ok) return evaluation;
  throw failure("issuance.refused", evaluation.refusal);
};

/** The order in the words of the issuance rules, with what a profile adds. */
export const prepare = (
  ports: Deciding,
  issuer: SigningGeneration,
  order: IssueOrder | SignOrder,
): Prepared => {
  const asked = requestOf(ports, order);
  const settings = {
    verifySignature: ports.verifySignature,
    ancestors: issuer.chain,
    ...(ports.toAscii === undefined ? {} : { toAscii: ports.toAscii }),
  };
  const key = "key" in order ? order.key : undefined;
  if (order.role !== undefined) {
    const request = key === undefined ? asked : { ...asked, ...keyRequest(key) };
    return { request, role: order.role.fields, settings };
  }
  if (order.profile === undefined) {
    throw failure("authority.which-rules", { issuer: order.issuer });
  }
  const profile = profileOf(order.profile);
  if (profile.kind !== "leaf") {
    throw failure("authority.not-a-leaf-profile", { profile: order.profile });
  }
  return profileRequest(profile, asked, { settings, ...(key === undefined ? {} : { key }) });
};

const requestOf = (ports: Deciding, order: IssueOrder | SignOrder): IssueRequest => {
  const { commonName, dns = [], email = [], ip = [], uri = [], lifetime, notAfter } = order;
  return {
    ...(commonName === undefined ? {} : { commonName }),
    altNames: [...dns, ...email],
    ipSans: ip,
    uriSans: uri,
    ...(lifetime === undefined ? {} : { ttl: Math.floor(lifetime / 1000) }),
    ...(notAfter === undefined ? {} : { notAfter }),
    ...("request" in order
      ? { csr: parseSigningRequest(order.request, { digests: ports.digests, reading: "strict" }) }
      : {}),
  };
};
