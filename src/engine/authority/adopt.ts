import { failure } from "../../core/errors/certwright-error.ts";
import { renewedRootTemplate } from "../../core/issuance/ca-template.ts";
import { serialOctets, serialOf } from "../../core/issuance/serial.ts";
import type { Certificate, KeyId } from "../../core/model/certificate.ts";
import { above, isSelfIssued } from "../../core/x509/above.ts";
import { formatName } from "../../core/x509/names.ts";
import { formatInstant } from "../../core/x509/time.ts";
import type { ExportableKey } from "../../ports/private-key.ts";
import type { Adopted, AdoptOrder, Generation, SigningGeneration } from "./authority.ts";
import { certify, requireVerifying } from "./certify.ts";
import { passed, requireName } from "./create-ca.ts";
import { generationOf, type Issuers } from "./issuers.ts";
import type { AuthorityPorts } from "./ports.ts";

/** Who takes over what ends within it would be late. */
const day = 86_400_000;

/** Takes a CA that others made as the first generation of an issuer, which issues from then on. */
export const adopt = async (
  ports: AuthorityPorts,
  issuers: Issuers,
  order: AdoptOrder,
): Promise<Adopted> => {
  const { name, key } = order;
  requireName(name);
  const found = chooseOwn(ports, order);
  const now = ports.clock.now();
  const expired = order.renewExpired === true && found.notAfter <= now + day && isSelfIssued(found);
  const known = await generationWith(issuers, found, expired);
  if (known !== undefined) return await adoptAgain(ports, order, known);
  await requireFree(issuers, order, found);
  const own = expired && key !== undefined ? renewed(ports, found, key, now) : found;
  requireUsable(order, own, now);
  const chain = own === found ? above(own, order.certificates) : [];
  requireWhole(order, own, chain);
  requireVerifying(ports, own, chain, now);
  // The key is durable before anything says that it is there.
  if (key !== undefined) await ports.keystore.put(own.publicKey.id, key);
  await ports.store.addIssuer(
    {
      issuer: name,
      number: 1,
      stage: "issuing",
      keyId: own.publicKey.id,
      certificate: own.der,
      chain: chain.map(({ der }) => der),
      createdAt: now,
    },
    undefined,
    {
      subject: formatName(own.subject),
      fingerprint: own.fingerprint,
      from: order.from.certificate,
      key: key !== undefined,
    },
  );
  return {
    generation: await issuers.signing(name),
    change: "adopted",
    canSign: await ports.keystore.has(own.publicKey.id),
    warnings: leftOut(found, chain, order.certificates),
  };
};

/** The same root with its key and name, from now on. */
const renewed = (
  { random, digests }: Pick<AuthorityPorts, "random" | "digests">,
  root: Certificate,
  key: ExportableKey,
  now: number,
): Certificate => {
  const serial = serialOf(random.bytes(serialOctets));
  const { template } = passed(renewedRootTemplate(root, serial, now, digests));
  return certify(template, key, digests);
};

/** The same certificate once more: at most its key is new. */
const adoptAgain = async (
  { keystore, store, clock }: AuthorityPorts,
  { name, key, from }: AdoptOrder,
  known: SigningGeneration,
): Promise<Adopted> => {
  if (known.issuer !== name) {
    const { issuer, number, certificate } = known;
    throw failure("authority.adopt-elsewhere", {
      certificate: from.certificate,
      subject: formatName(certificate.subject),
      issuer,
      number,
      name,
    });
  }
  const missing = key !== undefined && !(await keystore.has(known.keyId));
  if (missing) {
    // In the log before it is there, as with keys that leave.
    await store.note(clock.now(), "key-adopted", {
      issuer: name,
      generation: known.number,
      key: known.keyId,
    });
    await keystore.put(known.keyId, key);
  }
  return {
    generation: known,
    change: missing ? "key" : "none",
    canSign: await keystore.has(known.keyId),
    warnings: [],
  };
};

const isCa = ({ basicConstraints, keyUsage }: Certificate): boolean =>
  basicConstraints?.ca === true && keyUsage?.includes("keyCertSign") !== false;

/** The key's certificate; without a key the only CA that stands below all others of the file. */
const chooseOwn = (
  ports: Pick<AuthorityPorts, "digests">,
  { name, certificates, key, from }: AdoptOrder,
): Certificate => {
  const wanted = key === undefined ? undefined : keyIdOf(ports, key.spki);
  const candidates =
    wanted === undefined
      ? certificates.filter(
          (one) => !certificates.some((below) => above(below, certificates).includes(one)),
        )
      : certificates.filter(({ publicKey }) => publicKey.id === wanted);
  const [own] = candidates;
  if (wanted !== undefined && own === undefined) {
    throw failure("authority.adopt-other-key", {
      certificate: from.certificate,
      certificateKeys: certificates.map(({ publicKey }) => publicKey.id),
      key: from.key ?? "standard input",
      keyId: wanted,
    });
  }
  if (own === undefined || (wanted === undefined && candidates.length > 1)) {
    throw failure("authority.adopt-several", {
      certificate: from.certificate,
      name,
      subjects: certificates.map(described),
    });
  }
  if (isCa(own)) return own;
  throw failure("authority.adopt-not-a-ca", {
    certificate: from.certificate,
    subject: formatName(own.subject),
    why:
      own.basicConstraints?.ca === true
        ? "its key usage does not include keyCertSign"
        : "its basic constraints do not say CA:TRUE",
  });
};

const keyIdOf = ({ digests }: Pick<AuthorityPorts, "digests">, spki: Uint8Array): KeyId =>
  digests.sha256Hex(spki) as KeyId;

const described = ({ subject, fingerprint }: Certificate): string =>
  `${formatName(subject) || "an empty subject"} (${fingerprint.slice(0, 12)})`;

const holds = (generation: Generation, { fingerprint }: Certificate): boolean =>
  generation.certificate?.fingerprint === fingerprint;

/** `expired`: its key's, with a certificate that was made since. */
const generationWith = async (
  issuers: Issuers,
  own: Certificate,
  expired: boolean,
): Promise<SigningGeneration | undefined> => {
  for (const issuer of await issuers.all()) {
    const found = issuer.generations.find(
      (one) => holds(one, own) || (expired && one.keyId === own.publicKey.id),
    );
    if (found !== undefined) return generationOf(issuer, found.number);
  }
  return undefined;
};

const requireFree = async (
  issuers: Issuers,
  { name, from }: AdoptOrder,
  own: Certificate,
): Promise<void> => {
  const there = (await issuers.all()).find((issuer) => issuer.name === name);
  if (there === undefined) return;
  throw failure("authority.adopt-taken", {
    name,
    certificate: from.certificate,
    subject: described(own),
    generations: there.generations.map(({ number, certificate }) =>
      certificate === undefined ? `${number}` : `${number}: ${described(certificate)}`,
    ),
  });
};

const requireUsable = ({ name, from }: AdoptOrder, own: Certificate, now: number): void => {
  if (own.notBefore <= now && now < own.notAfter) return;
  throw failure("authority.adopt-not-valid", {
    name,
    certificate: from.certificate,
    subject: formatName(own.subject),
    why:
      own.notAfter <= now
        ? `expired at ${formatInstant(own.notAfter)}`
        : `is valid from ${formatInstant(own.notBefore)} on`,
  });
};

/** Go would take an intermediate for a root that it trusts; OpenSSL does not (X509_V_FLAG_PARTIAL_CHAIN is off). */
const requireWhole = (
  { name, from }: AdoptOrder,
  own: Certificate,
  chain: readonly Certificate[],
): void => {
  const top = chain.at(-1) ?? own;
  if (isSelfIssued(top)) return;
  throw failure("authority.adopt-no-root", {
    name,
    certificate: from.certificate,
    subject: formatName(top.subject),
    issuer: formatName(top.issuer),
  });
};

const leftOut = (
  own: Certificate,
  chain: readonly Certificate[],
  certificates: readonly Certificate[],
): readonly string[] =>
  certificates
    .filter((one) => one !== own && !chain.includes(one))
    .map((one) => `the file holds ${described(one)}, too, which is not adopted`);
