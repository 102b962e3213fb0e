import { failure } from "../../core/errors/certwright-error.ts";
import {
  intermediateTemplate,
  rootTemplate,
  type CaEvaluation,
  type CaRequest,
} from "../../core/issuance/ca-template.ts";
import { checkCaRequest } from "../../core/issuance/check-ca-request.ts";
import { profileOf } from "../../core/issuance/profiles.ts";
import { serialOctets, serialOf } from "../../core/issuance/serial.ts";
import { signatureAlgorithmOf } from "../../core/issuance/signature-algorithm.ts";
import type { Certificate, PublicKey } from "../../core/model/certificate.ts";
import { above } from "../../core/x509/above.ts";
import { formatName, subjectOf } from "../../core/x509/names.ts";
import { parsePublicKey } from "../../core/x509/public-key.ts";
import { writeSigningRequestInfo } from "../../core/x509/signing-request.ts";
import { assembleSigned } from "../../core/x509/write-certificate.ts";
import type { KeySpec } from "../../core/model/key.ts";
import type { ExportableKey } from "../../ports/private-key.ts";
import type { NewGeneration } from "../../ports/store.ts";
import type {
  CaOrder,
  CreatedCa,
  Generation,
  IntermediateOrder,
  SigningGeneration,
} from "./authority.ts";
import { certify, recordOf, requireVerifying } from "./certify.ts";
import { chainFrom, generationOf, type Issuers } from "./issuers.ts";
import type { AuthorityPorts } from "./ports.ts";

const YEAR = 365 * 86_400_000;
/** kubeadm's for its CAs; an intermediate is easier to replace, so it gets half. */
const ROOT_LIFETIME = 10 * YEAR;
const INTERMEDIATE_LIFETIME = 5 * YEAR;

/** A word that is safe as a file name and needs no quoting in a shell. */
const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/;

interface NewKey {
  readonly key: ExportableKey;
  readonly publicKey: PublicKey;
}

export const createRoot = async (
  ports: AuthorityPorts,
  issuers: Issuers,
  order: CaOrder,
): Promise<CreatedCa> => {
  await requireFree(ports, order.name);
  const made = await makeKey(ports, order);
  const request = caRequest(ports, order, made.publicKey, ROOT_LIFETIME);
  const now = ports.clock.now();
  const { template, warnings } = passed(rootTemplate(request, now, ports.digests));
  const certificate = certify(template, made.key, ports.digests);
  requireVerifying(ports, certificate, [], now);
  const self = { issuer: order.name, number: 1 };
  await ports.store.addIssuer(
    firstGeneration(order.name, made.publicKey, certificate, [], now),
    recordOf(certificate, self, "ca", now),
  );
  return { generation: await issuers.signing(order.name), warnings };
};

export const createIntermediate = async (
  ports: AuthorityPorts,
  issuers: Issuers,
  order: IntermediateOrder,
): Promise<CreatedCa> => {
  await requireFree(ports, order.name);
  const parent = await issuers.signing(order.parent);
  const parentKey = await ports.keystore.get(parent.keyId);
  const made = await makeKey(ports, order);
  const request = caRequest(ports, order, made.publicKey, INTERMEDIATE_LIFETIME);
  const now = ports.clock.now();
  // Zero unless said otherwise: an intermediate that nobody meant to stand above others should not be able to.
  const bounded = { ...request, pathLength: request.pathLength ?? 0 };
  const { template, warnings } = passed(
    intermediateTemplate(bounded, parent.certificate, now, ports.digests),
  );
  const certificate = certify(template, parentKey, ports.digests);
  const chain = chainFrom(parent);
  requireVerifying(ports, certificate, chain, now);
  await ports.store.addIssuer(
    firstGeneration(order.name, made.publicKey, certificate, chain, now),
    recordOf(certificate, parent, "ca", now),
  );
  return { generation: await issuers.signing(order.name), warnings };
};

/** A key and a request for a CA certificate that another CA will sign. */
export const requestIntermediate = async (
  ports: AuthorityPorts,
  issuers: Issuers,
  order: CaOrder,
): Promise<Generation> => {
  await requireFree(ports, order.name);
  const { key, publicKey } = await makeKey(ports, order);
  const request = caRequest(ports, order, publicKey, INTERMEDIATE_LIFETIME);
  // The external CA may sign what it is asked for without a look.
  const refusal = checkCaRequest(request);
  if (refusal !== undefined) throw failure("issuance.refused", refusal);
  const now = ports.clock.now();
  await ports.store.addIssuer({
    issuer: order.name,
    number: 1,
    stage: "staged",
    keyId: publicKey.id,
    chain: [],
    signingRequest: signedRequest(request, { key, publicKey }),
    createdAt: now,
  });
  return (await issuers.named(order.name)).generations[0]!;
};

/** DER of the PKCS#10 request for a CA's certificate. */
export const signedRequest = (
  { subject, pathLength = 0, nameConstraints }: CaRequest,
  { key, publicKey }: NewKey,
): Uint8Array => {
  const info = writeSigningRequestInfo({
    subject,
    spki: key.spki,
    extensions: {
      basicConstraints: { ca: true, pathLength },
      keyUsage: ["keyCertSign", "cRLSign"],
      ...(nameConstraints === undefined ? {} : { nameConstraints }),
    },
  });
  const algorithm = signatureAlgorithmOf(publicKey)!;
  return assembleSigned(info, algorithm, key.sign(algorithm, info));
};

/** Takes the external CA's certificate for the key that waits for it, with the path above it. */
export const importIntermediate = async (
  ports: AuthorityPorts,
  issuers: Issuers,
  name: string,
  certificates: readonly Certificate[],
): Promise<SigningGeneration> => {
  const waiting = (await issuers.named(name)).generations.at(-1)!;
  if (waiting.certificate !== undefined) {
    throw failure("store.generation-complete", { issuer: name, number: waiting.number });
  }
  const own = certificates.find(({ publicKey }) => publicKey.id === waiting.keyId);
  if (own === undefined) throw failure("authority.import-other-key", { issuer: name });
  if (own.basicConstraints?.ca !== true || own.keyUsage?.includes("keyCertSign") === false) {
    const subject = formatName(own.subject);
    throw failure("authority.import-not-a-ca", { issuer: name, subject });
  }
  const chain = above(own, certificates);
  requireVerifying(ports, own, chain, ports.clock.now());
  const ders = chain.map(({ der }) => der);
  await ports.store.completeGeneration(name, waiting.number, own.der, ders, ports.clock.now());
  return generationOf(await issuers.named(name), waiting.number);
};

/** Throws authority.invalid-name. */
export const requireName = (name: string): void => {
  if (!NAME.test(name)) throw failure("authority.invalid-name", { name });
};

const requireFree = async (ports: AuthorityPorts, name: string): Promise<void> => {
  requireName(name);
  // Asked before a key is made; the store asks again when it adds the issuer.
  const taken = (await ports.store.issuers()).some((issuer) => issuer.name === name);
  if (taken) throw failure("store.issuer-exists", { name });
};

const makeKey = (ports: AuthorityPorts, order: CaOrder): Promise<NewKey> =>
  storeNewKey(ports, order.key ?? profileFor(order)?.key ?? { algorithm: "ec", curve: "P-256" });

/** The key is durable before anything is signed with it or for it. */
export const storeNewKey = async (ports: AuthorityPorts, spec: KeySpec): Promise<NewKey> => {
  const key = ports.keyMaker.generate(spec);
  const publicKey = parsePublicKey(key.spki, ports.digests);
  await ports.keystore.put(publicKey.id, key);
  return { key, publicKey };
};

const profileFor = (order: CaOrder) => {
  if (order.profile === undefined) return undefined;
  const profile = profileOf(order.profile);
  if (profile.kind === "authority") return profile;
  throw failure("authority.not-an-authority-profile", { profile: order.profile });
};

const caRequest = (
  ports: AuthorityPorts,
  order: CaOrder,
  key: PublicKey,
  defaultLifetime: number,
): CaRequest => {
  const profile = profileFor(order);
  const commonName = order.commonName ?? profile?.commonName ?? order.name;
  const lifetime = order.lifetime ?? (profile === undefined ? defaultLifetime : profile.ttl * 1000);
  const pathLength = order.pathLength ?? profile?.pathLength;
  const { organization = [], nameConstraints, trustDomain } = order;
  return {
    subject: subjectOf({ organization, commonName }),
    key,
    serial: serialOf(ports.random.bytes(serialOctets)),
    lifetime,
    ...(pathLength === undefined ? {} : { pathLength }),
    ...(nameConstraints === undefined ? {} : { nameConstraints }),
    ...(trustDomain === undefined ? {} : { trustDomain }),
  };
};

export const passed = (evaluation: CaEvaluation): CaEvaluation & { readonly ok: true } => {
  if (evaluation.ok) return evaluation;
  throw failure("issuance.refused", evaluation.refusal);
};

const firstGeneration = (
  issuer: string,
  key: PublicKey,
  certificate: Certificate,
  chain: readonly Certificate[],
  createdAt: number,
): NewGeneration => ({
  issuer,
  number: 1,
  stage: "issuing",
  keyId: key.id,
  certificate: certificate.der,
  chain: chain.map(({ der }) => der),
  createdAt,
});
