import type { Certificate, Instant } from "../../model/certificate.ts";
import { some } from "../../text/some.ts";
import { isSelfIssued } from "../../x509/above.ts";
import type { MeshFacts, MeshSigner } from "./facts.ts";

/** What has happened to a mesh's CA. */
export interface MeshCase {
  readonly id:
    | "mesh-root-expired"
    | "mesh-root-key-lost"
    | "mesh-root-elsewhere"
    | "mesh-roots-stale"
    | "mesh-root-ending";
  readonly title: string;
  readonly remedy: string;
  /** What not to do first. */
  readonly not: string;
  readonly citation: string;
  /** Somebody else has to do something first, so that there is no plan. */
  readonly first?: true;
}

/** istiod itself signs its own root anew when a fifth of its ten years is left. */
const endingShare = 0.2;

const isEnding = ({ notBefore, notAfter }: Certificate, now: Instant): boolean =>
  notAfter - now < (notAfter - notBefore) * endingShare;

/** It signs by itself, as istiod makes it, and as plug-in CAs mostly do not. */
export const isOwnRoot = ({ certificate }: MeshSigner): boolean =>
  certificate !== undefined && isSelfIssued(certificate);

const hasItsKey = ({ certificate, key }: MeshSigner): boolean =>
  certificate !== undefined && certificate.publicKey.id === key;

const notDelete =
  "Do not delete the Secret with the CA and restart istiod: it then makes another key, and every connection of the mesh fails until the last pod was replaced.";
const rotator = "istio security/pkg/pki/ca/selfsignedcarootcertrotator.go";
const plugIn = "istio.io, Plug in CA Certificates";

/** Undefined: all is well. */
export const meshCaseOf = (facts: MeshFacts): MeshCase | undefined => {
  const [signer] = facts.signers;
  const { takenAt: now } = facts;
  if (signer === undefined)
    return keyLost(`the Secret with the mesh's CA is gone from ${facts.namespace}`);
  const { secret, certificate } = signer;
  if (signer.tls) {
    return certificate !== undefined && !isEnding(certificate, now) && hasItsKey(signer)
      ? staleCase(facts, signer)
      : elsewhere(secret);
  }
  if (certificate === undefined)
    return keyLost(`${secret} has no certificate of a CA that can be read`);
  if (!isOwnRoot(signer)) {
    const late = [certificate, ...signer.chain, ...signer.roots].some((one) => isEnding(one, now));
    return late || !hasItsKey(signer) ? elsewhere(secret) : staleCase(facts, signer);
  }
  if (!hasItsKey(signer)) return keyLost(`${secret} has not the key of its certificate`);
  if (certificate.notAfter < now) return expired(secret);
  return (
    staleCase(facts, signer) ??
    (isEnding(certificate, now) ? ending(secret, certificate, now) : undefined)
  );
};

const expired = (secret: string): MeshCase => ({
  id: "mesh-root-expired",
  title: `the mesh's root in ${secret} has expired, and its key is there`,
  remedy:
    "the root is issued again for the same key and name, so that what it has signed verifies for whoever has the new one; then istiod is restarted, and after it gateways and workloads",
  not: notDelete,
  citation: `${rotator} (GenRootCertFromExistingKey)`,
});

const keyLost = (title: string): MeshCase => ({
  id: "mesh-root-key-lost",
  title,
  remedy:
    "a new root is made and put into cacerts, and one that was given out and is still valid stays trusted beside it; then istiod is restarted, and after it gateways and workloads",
  not: "Do not restart istiod before the new root is there: one that runs has the old key in its memory and goes on signing; one that starts makes a root of its own, or none.",
  citation: plugIn,
});

const elsewhere = (secret: string): MeshCase => ({
  id: "mesh-root-elsewhere",
  title: `the CA in ${secret} has expired, ends soon or has not its key, or one above it has expired or ends soon, and who signs it is not in this cluster`,
  remedy:
    "have whoever signs it (cert-manager, the owner of the root) issue it again, for the same key where that is there, and put it into the Secret; then: certwright recover --mesh istio --plan-only",
  not: notDelete,
  citation: plugIn,
  first: true,
});

const ending = (secret: string, { notAfter }: Certificate, now: Instant): MeshCase => ({
  id: "mesh-root-ending",
  title: `the mesh's root in ${secret} ends in ${Math.floor((notAfter - now) / 86_400_000)} days`,
  remedy:
    "nothing is cut yet, so choose a quiet hour: the root is issued again for the same key and name; whoever still has the former one accepts what the key signs until it ends",
  not: notDelete,
  citation: `${rotator} (GenRootCertFromExistingKey)`,
});

const staleCase = (facts: MeshFacts, signer: MeshSigner): MeshCase | undefined => {
  const places = staleIn(facts, signer);
  if (places.length === 0) return undefined;
  return {
    id: "mesh-roots-stale",
    title: `the mesh's CA is good, and not everybody was given its root: ${some(places)}`,
    remedy:
      "istiod is restarted, what it gives out is put right where it does not do so itself, and gateways and workloads are restarted",
    not: notDelete,
    citation: "istio pilot/pkg/bootstrap/namespacecontroller.go",
  };
};

/** Where roots are given out by which nobody verifies what the signer signs. */
const staleIn = (
  { published, webhooks, takenAt }: MeshFacts,
  signer: MeshSigner,
): readonly string[] => {
  const roots = isOwnRoot(signer) ? [signer.certificate!] : signer.roots;
  const wanted = new Set(roots.map(({ fingerprint }) => fingerprint));
  const has = (there: readonly Certificate[]): boolean =>
    there.some(({ fingerprint, notAfter }) => wanted.has(fingerprint) && notAfter >= takenAt);
  return [
    ...published
      .filter((one) => !has(one.roots))
      .map(({ namespace }) => `istio-ca-root-cert in ${namespace}`),
    ...webhooks
      .filter((one) => !has(one.roots))
      .map(({ configuration, name }) => `${configuration} (${name})`),
  ];
};
