import { equalBytes } from "../../bytes/compare.ts";
import type { Certificate, Instant } from "../../model/certificate.ts";
import { some } from "../../text/some.ts";
import { above, isSelfIssued } from "../../x509/above.ts";
import type { MeshFacts, MeshSigner } from "./facts.ts";

/** What has happened to a mesh's CA. */
export interface MeshCase {
  readonly id:
    | "mesh-root-expired"
    | "mesh-root-key-lost"
    | "mesh-root-elsewhere"
    | "mesh-root-unreadable"
    | "mesh-other-control-plane"
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

/** It signs by itself, as istiod makes it, and as plug-in CAs mostly do not. A name alone proves nothing of that. */
export const isOwnRoot = ({ certificate, selfSigned }: MeshSigner): boolean =>
  certificate !== undefined && selfSigned && isSelfIssued(certificate);

const hasItsKey = ({ certificate, key }: MeshSigner): boolean =>
  certificate !== undefined && certificate.publicKey.id === key;

const notDelete =
  "Do not delete the Secret with the CA and restart istiod: it then makes another key, and every connection of the mesh fails until the last pod was replaced.";
const rotator = "istio security/pkg/pki/ca/selfsignedcarootcertrotator.go";
const plugIn = "istio.io, Plug in CA Certificates";

/** Undefined: all is well. */
export const meshCaseOf = (facts: MeshFacts): MeshCase | undefined => {
  const found = caOf(facts);
  if (found === undefined || found.first === true) return found;
  if (facts.others.length > 0) return otherPlane(facts);
  const why = whyElsewhere(facts);
  return why === undefined ? found : signedElsewhere(why);
};

/** Why nothing that istiod has in this namespace signs for the mesh; undefined: as far as the API tells it does. */
const whyElsewhere = ({ namespace, istiod }: MeshFacts): string | undefined => {
  if (istiod.length === 0) return `no Deployment with app=istiod is in ${namespace}`;
  const one = istiod.find(({ signsElsewhere }) => signsElsewhere !== undefined);
  return one && `${one.workload.name} in ${namespace} has ${one.signsElsewhere!}`;
};

/** By the Secret and what was given out alone. */
const caOf = (facts: MeshFacts): MeshCase | undefined => {
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
  if (signer.unread.length > 0) return unreadable(signer);
  if (certificate === undefined)
    return keyLost(`${secret} has no certificate of a CA that can be read`);
  if (!isOwnRoot(signer)) {
    return isEndingAbove(signer, now) || !hasItsKey(signer)
      ? elsewhere(secret)
      : staleCase(facts, signer);
  }
  if (!hasItsKey(signer)) return keyLost(`${secret} has not the key of its certificate`);
  if (certificate.notAfter < now) return expired(secret);
  return (
    staleCase(facts, signer) ??
    (isEnding(certificate, now) ? ending(secret, certificate, now) : undefined)
  );
};

/** Whether the CA or one above it ends soon, or no root that is given out and does not has its chain's end. */
const isEndingAbove = ({ certificate, chain, roots }: MeshSigner, now: Instant): boolean => {
  const path = [certificate!, ...above(certificate!, chain)];
  const top = path.at(-1)!.issuer.der;
  const good = roots.some(
    (root) =>
      root !== certificate &&
      root.fingerprint !== certificate!.fingerprint &&
      equalBytes(root.subject.der, top) &&
      !isEnding(root, now),
  );
  // A root in the chain is there for nobody: verifiers have theirs.
  return !good || path.some((one, i) => (i === 0 || !isSelfIssued(one)) && isEnding(one, now));
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

const unreadable = ({ secret, unread }: MeshSigner): MeshCase => ({
  id: "mesh-root-unreadable",
  title: `${secret} has ${unread.join(" and ")}, and what stands there is none that certwright can read`,
  remedy:
    "look at it (kubectl get secret -o yaml): a key with a passphrase, a certificate that is not of a CA, or a damaged line is to be put right there, from a copy if need be; if it is lost, remove that field from the Secret (and keep a copy), and look again: certwright recover --mesh istio --plan-only",
  not: notDelete,
  citation: plugIn,
  first: true,
});

const otherPlane = ({ namespace, others, istiod }: MeshFacts): MeshCase => ({
  id: "mesh-other-control-plane",
  title: `istiod runs outside ${namespace}, too: ${some(others)}; which namespaces and webhooks are whose is not known, and one would be given the other's roots`,
  remedy:
    istiod.length === 0
      ? "name the namespace that it runs in: certwright recover --mesh istio --namespace NAME --plan-only"
      : "certwright does not recover one of several control planes in a cluster: do it by hand, in the order of the guide, for the namespaces that belong to it (discoverySelectors, istio.io/rev)",
  not: notDelete,
  citation: "istio.io, Install Multiple Istio Control Planes in a Single Cluster",
  first: true,
});

const signedElsewhere = (why: string): MeshCase => ({
  id: "mesh-root-elsewhere",
  title: `what is in this cluster does not show that istiod here signs for the mesh: ${why}`,
  remedy:
    "have the CA that signs (istio-csr, SPIRE, an RA's CA, the primary cluster's istiod) looked at by its owner; nothing here is to be written over it",
  not: "Do not write a root of your own into cacerts or istio-ca-root-cert: proxies would no longer trust what the other CA signs.",
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
