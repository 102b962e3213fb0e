import { equalBytes } from "../../core/bytes/compare.ts";
import { failure } from "../../core/errors/certwright-error.ts";
import { backdate } from "../../core/issuance/ca-template.ts";
import { completeTemplate } from "../../core/issuance/complete-template.ts";
import { profiles } from "../../core/issuance/profiles.ts";
import { serialOctets, serialOf } from "../../core/issuance/serial.ts";
import { signatureAlgorithmOf } from "../../core/issuance/signature-algorithm.ts";
import type { LeafTemplate } from "../../core/issuance/leaf-template.ts";
import type { Certificate, Instant } from "../../core/model/certificate.ts";
import { formatName } from "../../core/x509/names.ts";
import { extension, oidName } from "../../core/x509/oids.ts";
import { formatInstant } from "../../core/x509/time.ts";
import type { StoredCertificate } from "../../ports/store.ts";
import type { Issuer, Reissued, ReissueOrder, SigningGeneration } from "./authority.ts";
import { certify, recordOf, requireVerifying } from "./certify.ts";
import { specOf } from "./generations.ts";
import { chainFrom, generationOf, isSigned, type Issuers } from "./issuers.ts";
import type { AuthorityPorts } from "./ports.ts";
import { crossingOf, pathAbove, presentedChain } from "./presented.ts";

export const reissue = async (
  ports: AuthorityPorts,
  issuers: Issuers,
  order: ReissueOrder,
): Promise<Reissued> => {
  const { like, via } = order;
  const issuer = await issuers.named(order.issuer);
  const generation = generationOf(issuer, order.generation);
  const crossing = crossingOf(issuer, generation, via);
  if (generation.stage === "retired") {
    throw failure("authority.generation-retired", {
      issuer: issuer.name,
      number: generation.number,
    });
  }
  const former = requireLeafOf(ports, issuer, order);
  const stored = await storedOf(ports, like);
  if (order.key === "same" && stored?.revokedAt !== undefined) {
    throw failure("authority.reissue-revoked", {
      subject: nameOf(like),
      serial: like.serial,
    });
  }
  const now = ports.clock.now();
  const lifetime = order.lifetime ?? lifetimeLike(like, former, stored);
  const { template, warnings } = templateLike(like, lifetime, generation, now);
  const key = order.key === "new" ? ports.keyMaker.generate(specOf(like.publicKey)) : undefined;
  const certificate = certify(
    completeTemplate(
      template,
      {
        serial: serialOf(ports.random.bytes(serialOctets)),
        spki: key?.spki ?? like.publicKey.spki,
      },
      ports.digests,
    ),
    await ports.keystore.get(generation.keyId),
    ports.digests,
  );
  requireVerifying(ports, certificate, chainFrom(generation), now);
  if (crossing !== undefined) {
    requireVerifying(ports, certificate, pathAbove(generation, crossing), now);
  }
  const profile = stored?.profile ?? "reissued";
  await ports.store.record([recordOf(certificate, generation, profile, now)]);
  return {
    certificate,
    chain: chainFrom(generation),
    presented: presentedChain(certificate, generation, crossing),
    warnings,
    ...(key === undefined ? {} : { key }),
  };
};

const nameOf = ({ subject }: Certificate): string => formatName(subject) || "an empty subject";

/**
 * Names and rights are signed again without a look at any rule, so only those count that this issuer signed before:
 * whoever can write a file on a node must not get a certificate for what he put into it. The generation that signed.
 */
const requireLeafOf = (
  ports: AuthorityPorts,
  issuer: Issuer,
  { like, foreign = false }: ReissueOrder,
): SigningGeneration | undefined => {
  if (like.basicConstraints?.ca === true || like.keyUsage?.includes("keyCertSign") === true) {
    throw failure("authority.reissue-ca", { subject: nameOf(like) });
  }
  const former = issuer.generations
    .filter(isSigned)
    .find(
      ({ certificate }) =>
        equalBytes(certificate.subject.der, like.issuer.der) &&
        ports.verifySignature(
          certificate.publicKey.spki,
          like.signatureAlgorithm,
          like.tbs,
          like.signature,
        ),
    );
  if (former !== undefined || foreign) return former;
  throw failure("authority.reissue-foreign", {
    subject: nameOf(like),
    signedBy: formatName(like.issuer),
    issuer: issuer.name,
  });
};

const storedOf = async (
  { store }: AuthorityPorts,
  { fingerprint }: Certificate,
): Promise<StoredCertificate | undefined> =>
  (await store.certificates({ fingerprint, limit: 1 }))[0];

/**
 * As long as the former one. One that was cut short because its issuer was about to end gets what its profile says:
 * otherwise the shortage would be handed on to all that follow.
 */
const lifetimeLike = (
  like: Certificate,
  former: SigningGeneration | undefined,
  stored: StoredCertificate | undefined,
): number => {
  const lifetime = like.notAfter - like.notBefore;
  if (like.notAfter !== former?.certificate.notAfter) return lifetime;
  const profile = profiles.find(({ name }) => name === stored?.profile);
  return profile?.kind === "leaf" ? Math.max(lifetime, profile.role.ttl * 1000) : lifetime;
};

/** What a leaf says of its subject, byte for byte. What it says of its issuer belongs to the issuer that was. */
const kept: ReadonlySet<string> = new Set([
  extension.basicConstraints,
  extension.keyUsage,
  extension.extKeyUsage,
  extension.subjectAltName,
  extension.certificatePolicies,
  extension.tlsFeature,
]);
/** Written anew. */
const renewed: ReadonlySet<string> = new Set([
  extension.subjectKeyIdentifier,
  extension.authorityKeyIdentifier,
]);

const wholeSeconds = (instant: Instant): Instant => Math.floor(instant / 1000) * 1000;

const templateLike = (
  like: Certificate,
  lifetime: number,
  { certificate: signer }: SigningGeneration,
  now: Instant,
): { readonly template: LeafTemplate; readonly warnings: readonly string[] } => {
  const warnings = like.extensions
    .filter(({ oid }) => !kept.has(oid) && !renewed.has(oid))
    .map(({ oid }) => `the extension ${oidName(oid)} of the former certificate was left out`);
  const notBefore = Math.max(wholeSeconds(now - backdate), signer.notBefore);
  const wanted = notBefore + lifetime;
  if (wanted > signer.notAfter) {
    warnings.push(
      `the certificate ends with its issuer at ${formatInstant(signer.notAfter)}, not at ${formatInstant(wanted)}: rotate the issuer first`,
    );
  }
  return {
    warnings,
    template: {
      issuer: signer.subject.der,
      subject: { der: like.subject.der },
      notBefore,
      notAfter: Math.min(wanted, signer.notAfter),
      signatureAlgorithm: signatureAlgorithmOf(signer.publicKey)!,
      extensions: {
        ...(signer.subjectKeyIdentifier === undefined
          ? {}
          : { authorityKeyIdentifier: { keyIdentifier: signer.subjectKeyIdentifier } }),
        other: like.extensions.filter(({ oid }) => kept.has(oid)),
      },
    },
  };
};
