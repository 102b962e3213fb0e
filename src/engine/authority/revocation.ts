import { CertwrightError, failure } from "../../core/errors/certwright-error.ts";
import { signatureAlgorithmOf } from "../../core/issuance/signature-algorithm.ts";
import type { RevocationReason } from "../../core/model/revocation-list.ts";
import { subjectKeyIdentifier } from "../../core/issuance/key-identifier.ts";
import {
  encodeRevoked,
  parseRevocationList,
  writeTbsCertList,
} from "../../core/x509/revocation-list.ts";
import { assembleSigned } from "../../core/x509/write-certificate.ts";
import type { StoredCertificate, StoredRevocationList } from "../../ports/store.ts";
import type { SigningGeneration } from "./authority.ts";
import type { Issuers } from "./issuers.ts";
import type { AuthorityPorts } from "./ports.ts";

/** default_crl_days of OpenSSL's configuration: without a server, lists are made and carried by hand. */
const LIST_LIFETIME = 30 * 86_400_000;

/** How often another process may be first with a number before we give up. */
const NUMBER_ATTEMPTS = 8;

export const revoke = async (
  ports: AuthorityPorts,
  which: { readonly serial: string; readonly issuer?: string },
  reason: RevocationReason,
): Promise<StoredCertificate> => {
  const certificate = await findOne(ports, which);
  if (await isOwn(ports, certificate)) {
    throw failure("authority.own-revocation", { issuer: certificate.issuer });
  }
  const { serial } = certificate;
  const revokedAt = ports.clock.now();
  const entry = encodeRevoked({ serial, revokedAt, reason });
  await ports.store.revoke(certificate, { serial, revokedAt, reason, entry });
  return { ...certificate, revokedAt, reason };
};

/** Hexadecimal as people copy it: with colons, in capitals, with the sign octet that OpenSSL leaves out. */
export const normalSerial = (text: string): string => {
  const digits = text.replaceAll(/[:\s-]/g, "").toLowerCase();
  const even = digits.length % 2 === 0 ? digits : `0${digits}`;
  return even.length > 2 && even.startsWith("00") ? even.slice(2) : even;
};

const findOne = async (
  ports: AuthorityPorts,
  which: { readonly serial: string; readonly issuer?: string },
): Promise<StoredCertificate> => {
  const serial = normalSerial(which.serial);
  const issuer = which.issuer === undefined ? {} : { issuer: which.issuer };
  const found = await ports.store.certificates({ serial, ...issuer });
  if (found.length === 0) throw failure("authority.no-certificate", { serial, ...issuer });
  if (found.length > 1) {
    const issuers = found.map((certificate) => certificate.issuer);
    throw failure("authority.serial-of-several", { serial, issuers });
  }
  return found[0]!;
};

const isOwn = async (ports: AuthorityPorts, certificate: StoredCertificate): Promise<boolean> => {
  const generations = await ports.store.generations(certificate.issuer);
  return generations.some(
    ({ number, keyId }) => number === certificate.generation && keyId === certificate.keyId,
  );
};

/** Signs and records the next list of the issuer's current generation. */
export const makeList = async (
  ports: AuthorityPorts,
  issuers: Issuers,
  name: string,
  lifetime: number = LIST_LIFETIME,
): Promise<StoredRevocationList> => {
  const issuer = await issuers.signing(name);
  if (issuer.certificate.keyUsage?.includes("cRLSign") === false) {
    throw failure("authority.no-revocation-lists", { issuer: name });
  }
  for (let attempt = 1; ; attempt += 1) {
    const list = await nextList(ports, issuer, lifetime);
    try {
      await ports.store.addRevocationList(list);
      return list;
    } catch (error) {
      const lost = error instanceof CertwrightError && error.code === "store.crl-number-taken";
      if (!lost || attempt === NUMBER_ATTEMPTS) throw error;
    }
  }
};

const nextList = async (
  ports: AuthorityPorts,
  issuer: SigningGeneration,
  lifetime: number,
): Promise<StoredRevocationList> => {
  const { store, digests } = ports;
  const { certificate } = issuer;
  const previous = await store.latestRevocationList(issuer.issuer, issuer.number);
  // A revoked certificate that has expired stays for one more list (RFC 5280 section 3.3).
  const revoked = await store.revocations(issuer.issuer, issuer.number, previous?.thisUpdate ?? 0);
  const number = (previous?.number ?? 0n) + 1n;
  const thisUpdate = Math.floor(ports.clock.now() / 1000) * 1000;
  const nextUpdate = thisUpdate + lifetime;
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
