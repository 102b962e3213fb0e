import { equalBytes } from "../../core/bytes/compare.ts";
import { failure } from "../../core/errors/certwright-error.ts";
import { checkLeafAnswer, type LeafFault } from "../../core/issuance/check-leaf-answer.ts";
import { signatureAlgorithmOf } from "../../core/issuance/signature-algorithm.ts";
import type { Certificate, PublicKey } from "../../core/model/certificate.ts";
import type { GeneralName } from "../../core/model/name.ts";
import type { ExtensionsTemplate, SubjectTemplate } from "../../core/model/template.ts";
import { planLifetime, runAllowance } from "../../core/plan/limits.ts";
import { parseCertificate } from "../../core/x509/certificate.ts";
import { parseIp } from "../../core/x509/ip.ts";
import { formatName, subjectOf } from "../../core/x509/names.ts";
import { purpose } from "../../core/x509/oids.ts";
import { parsePublicKey } from "../../core/x509/public-key.ts";
import { parseSigningRequest, writeSigningRequestInfo } from "../../core/x509/signing-request.ts";
import { assembleSigned } from "../../core/x509/write-certificate.ts";
import type { PrivateKey } from "../../ports/private-key.ts";
import type { StoredLeafRequest } from "../../ports/store.ts";
import type {
  LeafRequest,
  LeafRequestOrder,
  ProbeRequestOrder,
  ReissueOrder,
} from "./authority.ts";
import { recordOf } from "./certify.ts";
import { storeNewKey } from "./create-ca.ts";
import { specOf } from "./generations.ts";
import { chainFrom, generationOf, type Issuers } from "./issuers.ts";
import { keptExtensions, requireLeafOf } from "./leaf-like.ts";
import type { AuthorityPorts } from "./ports.ts";

// Leaves of a generation whose key is elsewhere: the request goes out, the answer comes in and waits until it is wanted.

/** As whom requests for certwright's own leaf are known. */
const ownName = (commonName: string): string => `probe/${commonName}`;

export const requestLeaf = async (
  ports: AuthorityPorts,
  issuers: Issuers,
  { issuer: name, generation: number, like, key, name: slot }: LeafRequestOrder,
): Promise<void> => {
  const issuer = await issuers.named(name);
  generationOf(issuer, number);
  requireLeafOf(ports, issuer, { like });
  const kind = key === "new" ? "kept" : "there";
  const there = await ports.store.leafRequests({ issuer: name, generation: number });
  if (there.some((one) => one.like === like.fingerprint && one.key === kind && lasts(ports, one))) {
    return;
  }
  const made =
    key === "new"
      ? await storeNewKey(ports, specOf(like.publicKey))
      : { key, publicKey: parsePublicKey(key.spki, ports.digests) };
  if (key !== "new" && made.publicKey.id !== like.publicKey.id) {
    throw failure("authority.leaf-other-key", { name: slot, subject: formatName(like.subject) });
  }
  await ports.store.addLeafRequest({
    issuer: name,
    generation: number,
    name: slot,
    keyId: made.publicKey.id,
    like: like.fingerprint,
    key: kind,
    request: signed(
      { der: like.subject.der },
      { other: like.extensions.filter(({ oid }) => keptExtensions.has(oid)) },
      made,
    ),
    requestedAt: ports.clock.now(),
  });
};

export const requestProbe = async (
  ports: AuthorityPorts,
  issuers: Issuers,
  { issuer: name, generation: number, commonName, addresses }: ProbeRequestOrder,
): Promise<void> => {
  generationOf(await issuers.named(name), number);
  const there = await ports.store.leafRequests({ issuer: name, generation: number });
  if (there.some((one) => one.name === ownName(commonName) && lasts(ports, one))) return;
  const made = await storeNewKey(ports, { algorithm: "ec", curve: "P-256" });
  const names = addresses.map((value): GeneralName => {
    const bytes = parseIp(value);
    return bytes === undefined ? { kind: "dns", value } : { kind: "ip", value, bytes };
  });
  await ports.store.addLeafRequest({
    issuer: name,
    generation: number,
    name: ownName(commonName),
    keyId: made.publicKey.id,
    key: "kept",
    request: signed(
      subjectOf({ commonName }),
      {
        keyUsage: ["digitalSignature"],
        extendedKeyUsage: [purpose.clientAuth],
        ...(names.length === 0 ? {} : { subjectAltName: names }),
      },
      made,
    ),
    requestedAt: ports.clock.now(),
  });
};

const signed = (
  subject: SubjectTemplate | { readonly der: Uint8Array },
  extensions: ExtensionsTemplate,
  { key, publicKey }: { readonly key: PrivateKey; readonly publicKey: PublicKey },
): Uint8Array => {
  const info = writeSigningRequestInfo({ subject, spki: key.spki, extensions });
  const algorithm = signatureAlgorithmOf(publicKey);
  if (algorithm === undefined) {
    throw failure("x509.key-unsupported", { what: `${publicKey.algorithm} key` });
  }
  return assembleSigned(info, algorithm, key.sign(algorithm, info));
};

const certificateIn = (
  { digests }: Pick<AuthorityPorts, "digests">,
  { certificate }: StoredLeafRequest,
): Certificate | undefined =>
  certificate && parseCertificate(certificate, { digests, reading: "tolerant" });

/** Not answered yet, or by what outlasts a run. */
const lasts = (ports: AuthorityPorts, request: StoredLeafRequest): boolean => {
  const certificate = certificateIn(ports, request);
  return certificate === undefined || certificate.notAfter > lastingUntil(ports);
};

const lastingUntil = ({ clock }: Pick<AuthorityPorts, "clock">): number =>
  clock.now() + planLifetime + runAllowance;

export const leafRequests = async (
  ports: AuthorityPorts,
  filter?: { readonly issuer: string; readonly generation: number },
): Promise<readonly LeafRequest[]> =>
  (await ports.store.leafRequests(filter)).map((stored) => readRequest(ports, stored));

const readRequest = (
  ports: Pick<AuthorityPorts, "digests">,
  stored: StoredLeafRequest,
): LeafRequest => {
  const { certificate: _, ...request } = stored;
  const { digests } = ports;
  const asked = parseSigningRequest(stored.request, { digests, reading: "tolerant" });
  const certificate = certificateIn(ports, stored);
  return { ...request, asked, ...(certificate === undefined ? {} : { certificate }) };
};

/** What is wrong with an answer; changes nothing. */
export const judgeLeaf = async (
  ports: AuthorityPorts,
  issuers: Issuers,
  { issuer, generation, asked }: LeafRequest,
  certificate: Certificate,
): Promise<readonly LeafFault[]> => {
  const [signer, ...above] = chainFrom(generationOf(await issuers.named(issuer), generation));
  return checkLeafAnswer(asked, certificate, {
    now: ports.clock.now(),
    lastingUntil: lastingUntil(ports),
    above: [signer!, ...above],
    verifySignature: ports.verifySignature,
  });
};

/** Throws authority.leaf-faulty. */
export const takeLeaf = async (
  ports: AuthorityPorts,
  issuers: Issuers,
  request: LeafRequest,
  certificate: Certificate,
): Promise<void> => {
  const faults = await judgeLeaf(ports, issuers, request, certificate);
  if (faults.length > 0) {
    const { name } = request;
    throw failure("authority.leaf-faulty", { name, faults: faults.map(({ text }) => text) });
  }
  const { issuer, generation: number } = request;
  const record = recordOf(certificate, { issuer, number }, "answered", ports.clock.now());
  await ports.store.answerLeafRequest(request.id, record);
};

/**
 * What somebody else has signed in the place of that leaf: for it, or for its key where an earlier step of the run has
 * renewed it since.
 */
export const answerFor = async (
  ports: AuthorityPorts,
  { issuer, generation, like, key }: Pick<ReissueOrder, "issuer" | "generation" | "like" | "key">,
): Promise<
  { readonly certificate: Certificate; readonly request: StoredLeafRequest } | undefined
> => {
  const kind = key === "new" ? "kept" : "there";
  const requests = await ports.store.leafRequests({ issuer, generation });
  const mine = requests.map(({ certificate }) => certificate);
  const isOwn = mine.some((der) => der !== undefined && equalBytes(der, like.der));
  for (const request of requests.toReversed()) {
    if (request.key !== kind || request.like === undefined) continue;
    const certificate = certificateIn(ports, request);
    if (certificate === undefined || certificate.fingerprint === like.fingerprint) continue;
    const isFor =
      request.like === like.fingerprint ||
      (key === "same" && !isOwn && request.keyId === like.publicKey.id);
    if (isFor) return { certificate, request };
  }
  return undefined;
};

/** certwright's own leaf of that generation under that name. */
export const answeredProbe = async (
  ports: AuthorityPorts,
  order: { readonly issuer: string; readonly generation: number; readonly commonName: string },
): Promise<
  { readonly certificate: Certificate; readonly request: StoredLeafRequest } | undefined
> => {
  const requests = await ports.store.leafRequests(order);
  for (const request of requests.toReversed()) {
    if (request.name !== ownName(order.commonName)) continue;
    const certificate = certificateIn(ports, request);
    if (certificate !== undefined) return { certificate, request };
  }
  return undefined;
};
