import { failure, isFailure } from "../../core/errors/certwright-error.ts";
import { crossSignTemplate } from "../../core/issuance/ca-template.ts";
import { serialOctets, serialOf } from "../../core/issuance/serial.ts";
import { formatName } from "../../core/x509/names.ts";
import type { CrossSign, SigningGeneration } from "./authority.ts";
import { certify, recordOf, requireVerifying } from "./certify.ts";
import { passed } from "./create-ca.ts";
import { chainFrom, generationOf, type Issuers } from "./issuers.ts";
import type { AuthorityPorts } from "./ports.ts";

export const crossSign = async (
  ports: AuthorityPorts,
  issuers: Issuers,
  name: string,
  number: number,
  by: number,
): Promise<CrossSign> => {
  const there = await find(issuers, name, number, by);
  if (there !== undefined) return there;
  // A younger one would let leaves of a key that is to be forgotten back in.
  if (by >= number) throw failure("authority.cross-sign-order", { issuer: name, number, by });
  const issuer = await issuers.named(name);
  const subject = generationOf(issuer, number);
  const signer = generationOf(issuer, by);
  requireRoom(signer);
  const now = ports.clock.now();
  const serial = serialOf(ports.random.bytes(serialOctets));
  const { template } = passed(
    crossSignTemplate(subject.certificate, signer.certificate, serial, now, ports.digests),
  );
  const certificate = certify(template, await ports.keystore.get(signer.keyId), ports.digests);
  requireVerifying(ports, certificate, chainFrom(signer), now);
  try {
    await ports.store.addCrossSign(number, recordOf(certificate, signer, "ca", now));
  } catch (error) {
    // Another process was first: its certificate counts, and this one was given to nobody.
    if (!isFailure(error, "store.cross-sign-exists")) throw error;
  }
  return (await find(issuers, name, number, by))!;
};

const find = async (
  issuers: Issuers,
  name: string,
  number: number,
  by: number,
): Promise<CrossSign | undefined> =>
  generationOf(await issuers.named(name), number).crossSigns.find((one) => one.by === by);

/**
 * Each CA in the path limits how many CAs may stand below it (RFC 5280 section 4.2.1.9): the first one is the signer
 * with the cross certificate below it, the next one has both below it.
 */
const requireRoom = (signer: SigningGeneration): void => {
  for (const [above, { subject, basicConstraints }] of chainFrom(signer).entries()) {
    const pathLength = basicConstraints?.pathLength;
    if (pathLength === undefined || pathLength > above) continue;
    const { issuer, number } = signer;
    throw failure("authority.no-room-below", {
      issuer,
      number,
      subject: formatName(subject),
      pathLength,
    });
  }
};
