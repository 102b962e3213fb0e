import { failure, isFailure } from "../../core/errors/certwright-error.ts";
import { backdate } from "../../core/issuance/ca-template.ts";
import { subjectKeyIdentifier } from "../../core/issuance/key-identifier.ts";
import { signatureAlgorithmOf } from "../../core/issuance/signature-algorithm.ts";
import type { Instant } from "../../core/model/certificate.ts";
import { parseRevocationList, writeTbsCertList } from "../../core/x509/revocation-list.ts";
import { assembleSigned } from "../../core/x509/write-certificate.ts";
import type { StoredRevocationList } from "../../ports/store.ts";
import type { ListOrder, SigningGeneration } from "./authority.ts";
import { generationOf, isSigned, type Issuers } from "./issuers.ts";
import type { AuthorityPorts } from "./ports.ts";

/** default_crl_days of OpenSSL's configuration: without a server, lists are made and carried by hand. */
const LIST_LIFETIME = 30 * 86_400_000;

/** How often another process may be first with a number before we give up. */
const NUMBER_ATTEMPTS = 8;

/**
 * Signs and records the next list of each generation: of the one that issues first, then of the earlier ones that
 * still have certificates, since only a generation's own key can sign for what it issued (each has its own name).
 */
export const makeLists = async (
  ports: AuthorityPorts,
  issuers: Issuers,
  name: string,
  { lifetime = LIST_LIFETIME, generation, single = false }: ListOrder = {},
): Promise<readonly StoredRevocationList[]> => {
  const now = ports.clock.now();
  const signers =
    generation === undefined
      ? await withCertificates(ports, issuers, name, now)
      : [generationOf(await issuers.named(name), generation)];
  if (single && signers.length > 1) {
    const generations = signers.map(({ number }) => number);
    throw failure("authority.several-lists", { issuer: name, generations });
  }
  // All are looked at before the first list is made.
  for (const { certificate, number } of signers) {
    if (certificate.keyUsage?.includes("cRLSign") === false) {
      throw failure("authority.no-revocation-lists", { issuer: name, generation: number });
    }
  }
  const lists: StoredRevocationList[] = [];
  for (const signer of signers) lists.push(await makeList(ports, signer, now, lifetime));
  return lists;
};

const withCertificates = async (
  ports: AuthorityPorts,
  issuers: Issuers,
  name: string,
  now: Instant,
): Promise<readonly SigningGeneration[]> => {
  const current = await issuers.signing(name);
  const { generations } = await issuers.named(name);
  const found = [current];
  for (const generation of generations.filter(isSigned).toReversed()) {
    if (generation.number === current.number) continue;
    if (await hasCertificates(ports, generation, now)) found.push(generation);
  }
  return found;
};

/** Until the list after the last one's end, which still names it (RFC 5280 section 3.3). */
const hasCertificates = async (
  { store }: AuthorityPorts,
  { issuer, number, keyId }: SigningGeneration,
  now: Instant,
): Promise<boolean> => {
  const previous = await store.latestRevocationList(issuer, number);
  const validAt = previous?.thisUpdate ?? now;
  // Two, because one of them may be a root's own.
  const certificates = await store.certificates({ issuer, generation: number, validAt, limit: 2 });
  return certificates.some((certificate) => certificate.keyId !== keyId);
};

const makeList = async (
  ports: AuthorityPorts,
  issuer: SigningGeneration,
  now: Instant,
  lifetime: number,
): Promise<StoredRevocationList> => {
  for (let attempt = 1; ; attempt += 1) {
    const list = await nextList(ports, issuer, now, lifetime);
    try {
      await ports.store.addRevocationList(list, now);
      return list;
    } catch (error) {
      const lost = isFailure(error, "store.crl-number-taken");
      if (!lost || attempt === NUMBER_ATTEMPTS) throw error;
    }
  }
};

const nextList = async (
  ports: AuthorityPorts,
  issuer: SigningGeneration,
  now: Instant,
  lifetime: number,
): Promise<StoredRevocationList> => {
  const { store, digests } = ports;
  const { certificate } = issuer;
  const previous = await store.latestRevocationList(issuer.issuer, issuer.number);
  // A revoked certificate that has expired stays for one more list (RFC 5280 section 3.3).
  const revoked = await store.revocations(issuer.issuer, issuer.number, previous?.thisUpdate ?? 0);
  const number = (previous?.number ?? 0n) + 1n;
  const made = Math.floor(now / 1000) * 1000;
  // A list from the future is refused, so it starts as early as certificates do; AD CS takes ten minutes for both
  // (Microsoft, "How EffectiveDate (thisUpdate), NextUpdate and NextCRLPublish are calculated").
  const thisUpdate = Math.max(made - backdate, certificate.notBefore);
  const nextUpdate = made + lifetime;
  const algorithm = signatureAlgorithmOf(certificate.publicKey)!;
  const tbs = writeTbsCertList({
    issuer: certificate.subject.der,
    thisUpdate,
    nextUpdate,
    number,
    revoked: revoked.map(({ entry }) => entry),
    authorityKeyIdentifier:
      certificate.subjectKeyIdentifier ?? subjectKeyIdentifier(certificate.publicKey.spki, digests),
    signatureAlgorithm: algorithm,
  });
  const key = await ports.keystore.get(issuer.keyId);
  const der = assembleSigned(tbs, algorithm, key.sign(algorithm, tbs));
  requireReadable(ports, issuer, der);
  return { issuer: issuer.issuer, generation: issuer.number, number, thisUpdate, nextUpdate, der };
};

/** What we could not read and verify ourselves is not given out. */
const requireReadable = (
  ports: AuthorityPorts,
  issuer: SigningGeneration,
  der: Uint8Array,
): void => {
  const list = parseRevocationList(der, { reading: "strict" });
  const { signatureAlgorithm, tbs, signature } = list;
  const { spki } = issuer.certificate.publicKey;
  if (!ports.verifySignature(spki, signatureAlgorithm, tbs, signature)) {
    throw failure("authority.does-not-verify", {
      subject: `the revocation list of ${issuer.issuer}`,
      why: "its signature is not by the issuer's key",
    });
  }
};
