import { certificatesInText } from "../../../core/discovery/find-certificates.ts";
import type { Certificate, Fingerprint } from "../../../core/model/certificate.ts";
import type { Claim } from "../../../core/model/claim.ts";
import { parseCertificate } from "../../../core/x509/certificate.ts";
import type { SigningGeneration } from "../../authority/authority.ts";
import type { Material } from "../../etcd/check/material.ts";
import { readAuditLog } from "../audit-log.ts";
import { probedUser } from "../credentials.ts";
import type { Look } from "../look.ts";
import { isSignedBy, short } from "../wanted.ts";
import { everyLog, judgeUses } from "./audited.ts";
import type { Seen } from "./seen.ts";
import { observeTokensUnused } from "./unused-tokens.ts";

type Unused = Extract<Claim, { kind: "unused" }>;

/**
 * What API servers noted of each request that came with a client certificate, for as long as the claim says. A
 * certificate counts as new when a newer generation is known to have signed it; one that nobody here knows counts as
 * old, for whoever was left out is exactly who is looked for.
 */
export const observeUnused = async (look: Look, claim: Unused): Promise<Seen> => {
  if (claim.tokens === true) return observeTokensUnused(look, claim);
  const now = look.at.ports.clock.now();
  const logs = await everyLog(look, (log, { skew }) => {
    const since = now - claim.milliseconds + skew;
    return readAuditLog(look.at.sessions, { ...log, kind: "X509SHA256=", since });
  });
  if (!logs.ok) return logs.seen;
  const isNew = await newOnes(look, claim);
  return judgeUses(logs.value, {
    now,
    milliseconds: claim.milliseconds,
    isOld: ({ credential, user }) => user !== probedUser && !isNew(credential),
    words: (credential) => `certificate ${short(fingerprintOf(credential))}`,
  });
};

const fingerprintOf = (credential: string): string =>
  credential.slice(credential.indexOf("=") + 1).toLowerCase();

/** Whether a credential is a certificate that a newer generation signed: by the PKI's records, at a slot's place, or by a signing request of the API. */
const newOnes = async (
  look: Look,
  { issuer: name, generation: number }: Unused,
): Promise<(credential: string) => boolean> => {
  const { layout, ports } = look.at;
  const issuer = await look.issuer(name);
  const newer = issuer.generations.filter(
    (one): one is SigningGeneration => one.number > number && one.certificate !== undefined,
  );
  const fingerprints = new Set<Fingerprint>();
  for (const { number: one } of newer) {
    const issued = await ports.authority.certificates({ issuer: name, generation: one });
    for (const { fingerprint } of issued) fingerprints.add(fingerprint);
  }
  const note = (certificate: Certificate): void => {
    if (newer.some((one) => isSignedBy(certificate, one, ports.verifySignature)))
      fingerprints.add(certificate.fingerprint);
  };
  const slots = [...layout.slots.values()].filter(
    ({ role, issuer: one }) => role === "presents" && one === name,
  );
  const contents = await Promise.all(slots.map(({ id }) => look.content(id)));
  for (const content of contents) if (content.ok) content.value.certificates.forEach(note);
  for (const certificate of await signedByApi(look)) note(certificate);
  return (credential) => fingerprints.has(fingerprintOf(credential) as Fingerprint);
};

/** What the controller-manager signed lately; it keeps answered requests for an hour (csrcleaner). */
const signedByApi = async (look: Look): Promise<readonly Certificate[]> => {
  const requests: Material<ReadonlyMap<string, { readonly [field: string]: unknown }>> =
    await look.list("/apis/certificates.k8s.io/v1/certificatesigningrequests");
  if (!requests.ok) return [];
  const { digests } = look.at.ports;
  return [...requests.value.values()].flatMap((request) => {
    const { certificate } = (request["status"] ?? {}) as { readonly certificate?: unknown };
    const found: Certificate[] = [];
    if (typeof certificate === "string")
      certificatesInText(certificate, (der) =>
        found.push(parseCertificate(der, { digests, reading: "tolerant" })),
      );
    return found;
  });
};
