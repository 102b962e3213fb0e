import { failure } from "../../core/errors/certwright-error.ts";
import { rootTemplate } from "../../core/issuance/ca-template.ts";
import { serialOctets, serialOf } from "../../core/issuance/serial.ts";
import { formatName, subjectOf } from "../../core/x509/names.ts";
import { parsePublicKey } from "../../core/x509/public-key.ts";
import type { Adopted, KeyPairOrder } from "./authority.ts";
import { certify, requireVerifying } from "./certify.ts";
import { passed, requireName } from "./create-ca.ts";
import { generationOf, type Issuers } from "./issuers.ts";
import type { AuthorityPorts } from "./ports.ts";

const YEAR = 365 * 86_400_000;
/** A key pair has no end; this is later than anybody's. */
const lifetime = 100 * YEAR;

/**
 * Takes a key pair without certificates as the first generation of an issuer. It is kept under a certificate that it has
 * signed itself and that nobody is ever shown: by that it has a number, a name and a day of birth as every other
 * generation has. The same key again changes nothing.
 */
export const adoptKeyPair = async (
  ports: AuthorityPorts,
  issuers: Issuers,
  { name, key, from }: KeyPairOrder,
): Promise<Adopted> => {
  requireName(name);
  const publicKey = parsePublicKey(key.spki, ports.digests);
  const all = await issuers.all();
  const known = all.find(({ generations }) =>
    generations.some((one) => one.keyId === publicKey.id),
  );
  if (known?.name === name) {
    const { number } = known.generations.find((one) => one.keyId === publicKey.id)!;
    return {
      generation: generationOf(known, number),
      change: "none",
      canSign: await ports.keystore.has(publicKey.id),
      warnings: [],
    };
  }
  if (known !== undefined) {
    throw failure("authority.key-pair-elsewhere", { source: from, issuer: known.name, name });
  }
  if (all.some((issuer) => issuer.name === name)) {
    throw failure("authority.key-pair-taken", { name, source: from, key: publicKey.id });
  }
  const now = ports.clock.now();
  const { template } = passed(
    rootTemplate(
      {
        subject: subjectOf({ organization: [], commonName: name }),
        key: publicKey,
        serial: serialOf(ports.random.bytes(serialOctets)),
        lifetime,
        pathLength: 0,
        keyPair: true,
      },
      now,
      ports.digests,
    ),
  );
  const certificate = certify(template, key, ports.digests);
  requireVerifying(ports, certificate, [], now);
  // The key is durable before anything says that it is there.
  await ports.keystore.put(publicKey.id, key);
  await ports.store.addIssuer(
    {
      issuer: name,
      number: 1,
      stage: "issuing",
      keyId: publicKey.id,
      certificate: certificate.der,
      chain: [],
      createdAt: now,
    },
    undefined,
    {
      subject: formatName(certificate.subject),
      fingerprint: certificate.fingerprint,
      from,
      key: true,
    },
  );
  return {
    generation: await issuers.signing(name),
    change: "adopted",
    canSign: true,
    warnings: [],
  };
};
