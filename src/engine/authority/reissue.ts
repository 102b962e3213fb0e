import { failure } from "../../core/errors/certwright-error.ts";
import { backdate } from "../../core/issuance/ca-template.ts";
import { completeTemplate } from "../../core/issuance/complete-template.ts";
import { profiles } from "../../core/issuance/profiles.ts";
import { serialOctets, serialOf } from "../../core/issuance/serial.ts";
import { signatureAlgorithmOf } from "../../core/issuance/signature-algorithm.ts";
import type { LeafTemplate } from "../../core/issuance/leaf-template.ts";
import type { Certificate, Instant } from "../../core/model/certificate.ts";
import { extension, oidName } from "../../core/x509/oids.ts";
import { formatInstant } from "../../core/x509/time.ts";
import type { StoredCertificate } from "../../ports/store.ts";
import type { Reissued, ReissueOrder, SigningGeneration } from "./authority.ts";
import { certify, recordOf, requireVerifying } from "./certify.ts";
import { specOf } from "./generations.ts";
import { chainFrom, generationOf, type Issuers } from "./issuers.ts";
import type { AuthorityPorts } from "./ports.ts";
import { answerFor } from "./leaf-requests.ts";
import { keptExtensions, nameOf, requireLeafOf } from "./leaf-like.ts";
import { crossingOf, pathAbove, presentedChain, type Crossing } from "./presented.ts";

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
  if (!(await ports.keystore.has(generation.keyId))) {
    const answered = await signedElsewhere(ports, generation, crossing, order);
    if (answered !== undefined) return answered;
  }
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

/** Undefined where nobody was asked: then the key is merely lost. Throws authority.leaf-unanswered. */
const signedElsewhere = async (
  ports: AuthorityPorts,
  generation: SigningGeneration,
  crossing: Crossing | undefined,
  order: ReissueOrder,
): Promise<Reissued | undefined> => {
  const answer = await answerFor(ports, order);
  if (answer === undefined) {
    const { issuer, number } = generation;
    if ((await ports.store.leafRequests({ issuer, generation: number })).length === 0) {
      return undefined;
    }
    throw failure("authority.leaf-unanswered", { subject: nameOf(order.like), issuer, number });
  }
  const { certificate, request } = answer;
  const above = pathAbove(generation, crossing);
  requireVerifying(ports, certificate, above, ports.clock.now());
  return {
    certificate,
    chain: chainFrom(generation),
    presented: presentedChain(certificate, generation, crossing),
    warnings: [],
    ...(order.key === "new" ? { key: await ports.keystore.take(request.keyId) } : {}),
  };
};

const storedOf = async (
  { store }: AuthorityPorts,
  { fingerprint }: Certificate,
): Promise<StoredCertificate | undefined> =>
  (await store.certificates({ fingerprint, limit: 1 }))[0];

/** Milliseconds. What a plan has renewed is renewed by a plan again, and must not end while that one is under way. */
const shortest = 86_400_000;

/**
 * As long as the former one. One that was cut short because its issuer was about to end gets what its profile says:
 * otherwise the shortage would be handed on to all that follow.
 */
const lifetimeLike = (
  like: Certificate,
  former: SigningGeneration | undefined,
  stored: StoredCertificate | undefined,
): number => {
  const lifetime = Math.max(like.notAfter - like.notBefore, shortest);
  if (like.notAfter !== former?.certificate.notAfter) return lifetime;
  const profile = profiles.find(({ name }) => name === stored?.profile);
  return profile?.kind === "leaf" ? Math.max(lifetime, profile.role.ttl * 1000) : lifetime;
};

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
    .filter(({ oid }) => !keptExtensions.has(oid) && !renewed.has(oid))
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
        other: like.extensions.filter(({ oid }) => keptExtensions.has(oid)),
      },
    },
  };
};
