import type { ReadUses } from "../../../core/audit-log/uses.ts";
import type { CredentialUse } from "../../../core/audit-log/uses.ts";
import { certificatesInText } from "../../../core/discovery/find-certificates.ts";
import { parseTimestamp } from "../../../core/issuance/timestamp.ts";
import type { Certificate, Fingerprint, Instant } from "../../../core/model/certificate.ts";
import type { Claim } from "../../../core/model/claim.ts";
import { spanWords } from "../../../core/text/span.ts";
import { parseCertificate } from "../../../core/x509/certificate.ts";
import { formatInstant } from "../../../core/x509/time.ts";
import type { SigningGeneration } from "../../authority/authority.ts";
import type { Material } from "../../etcd/check/material.ts";
import { attempt } from "../attempt.ts";
import { auditLogOf, readAuditLog } from "../audit-log.ts";
import { probedUser } from "../credentials.ts";
import type { PlacedConsumer } from "../layout.ts";
import type { Look } from "../look.ts";
import { isSignedBy } from "../wanted.ts";
import { fails, holds, unknowable, type Seen } from "./seen.ts";

type Unused = Extract<Claim, { kind: "unused" }>;

/** Users that are named; with more, something is wrong that needs no list. */
const named = 5;

/**
 * What API servers noted of each request that came with a client certificate, for as long as the claim says. A
 * certificate counts as new when a newer generation is known to have signed it; one that nobody here knows counts as
 * old, for whoever was left out is exactly who is looked for.
 */
export const observeUnused = async (look: Look, claim: Unused): Promise<Seen> => {
  const servers = [...look.at.layout.consumers.values()].filter(
    ({ kubernetes }) => kubernetes?.kind === "kube-apiserver",
  );
  const now = look.at.ports.clock.now();
  const read = await Promise.all(
    servers.map((server) => attempt(() => readFrom(look, server, now - claim.milliseconds))),
  );
  const unread = read.flatMap((one, i) => (one.ok ? [] : [`${servers[i]!.id}: ${one.why}`]));
  if (unread.length > 0) return unknowable(unread.join("; "));
  const logs = read.flatMap((one) => (one.ok ? [one.value] : []));
  if (logs.length === 0) return unknowable("no API server is known");
  const full = logs.find(({ uses }) => uses.more);
  if (full !== undefined)
    return unknowable(`${full.server} was asked by more kinds of clients than are told apart`);
  const isNew = await newOnes(look, claim);
  const old = logs
    .flatMap(({ uses, skew }) =>
      uses.uses
        .filter(({ credential, user }) => user !== probedUser && !isNew(credential))
        .map((use) => ({ use, at: (parseTimestamp(use.last) ?? now) - skew })),
    )
    .toSorted((a, b) => b.at - a.at);
  const from = Math.max(
    ...logs.map(({ uses, skew }) => (parseTimestamp(uses.oldest ?? "") ?? now) - skew),
  );
  const span = spanWords(claim.milliseconds);
  const [last] = old;
  const late = old.filter(({ at }) => at > now - claim.milliseconds);
  if (late.length > 0) {
    const more = late.length > named ? `; and ${late.length - named} more` : "";
    const words = late.slice(0, named).map(useWords).join("; ");
    return { ...fails("audit-log", `${words}${more}`), until: last!.at + claim.milliseconds };
  }
  if (from > now - claim.milliseconds) {
    return {
      ...fails("audit-log", `audit logs reach back to ${formatInstant(from)} only`),
      until: from + claim.milliseconds,
    };
  }
  const before = last === undefined ? "" : `; the last before that: ${useWords(last)}`;
  const count =
    logs.length === 1
      ? "the audit log of 1 API server"
      : `the audit logs of ${logs.length} API servers`;
  return holds("audit-log", `none in ${count} for ${span}${before}`);
};

/** "10:05:12 kubernetes-admin from 10.0.0.5 with kubectl/v1.35.4 (3 requests, certificate 3f2a…)". */
const useWords = ({
  use: { user, from, userAgent, count, credential },
  at,
}: {
  readonly use: CredentialUse;
  readonly at: Instant;
}): string =>
  `${formatInstant(at)} ${user} from ${from} with ${userAgent || "no user agent"} (${count} request${count === 1 ? "" : "s"}, certificate ${fingerprintOf(credential).slice(0, 12)}…)`;

const fingerprintOf = (credential: string): string =>
  credential.slice(credential.indexOf("=") + 1).toLowerCase();

interface ReadLog {
  readonly server: string;
  readonly uses: ReadUses;
  /** The node's clock minus ours. */
  readonly skew: number;
}

const readFrom = async (look: Look, server: PlacedConsumer, since: Instant): Promise<ReadLog> => {
  const [process, skew] = await Promise.all([look.process(server.id), look.skew(server.node)]);
  if (!process.ok) throw new UnreadLog(process.why);
  if (!skew.ok) throw new UnreadLog(skew.why);
  if (process.value === undefined) throw new UnreadLog("it is not running");
  const log = auditLogOf(process.value);
  if (log === undefined) throw new UnreadLog("it writes no audit log into a file");
  const uses = await readAuditLog(look.at.sessions, {
    node: server.node,
    process: process.value,
    log,
    kind: "X509SHA256=",
    since: since + skew.value,
  });
  return { server: server.id, uses, skew: skew.value };
};

/** Ends in a claim's evidence. */
class UnreadLog extends Error {}

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
