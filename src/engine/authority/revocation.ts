import { failure } from "../../core/errors/certwright-error.ts";
import type { RevocationReason } from "../../core/model/revocation-list.ts";
import { encodeRevoked } from "../../core/x509/revocation-list.ts";
import type { StoredCertificate } from "../../ports/store.ts";
import type { AuthorityPorts } from "./ports.ts";

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
