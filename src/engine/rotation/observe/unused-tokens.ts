import type { CredentialUse } from "../../../core/audit-log/uses.ts";
import type { Claim } from "../../../core/model/claim.ts";
import type { Instant } from "../../../core/model/certificate.ts";
import { serviceAccountPrefix } from "../../../core/tokens/token.ts";
import { generationOf } from "../../authority/issuers.ts";
import { readAuditLog, readIssuedTokens } from "../audit-log.ts";
import type { PlacedConsumer } from "../layout.ts";
import type { Look } from "../look.ts";
import { generationWords, short } from "../wanted.ts";
import { everyLog, judgeUses, UnreadLog, type AuditedServer } from "./audited.ts";
import { unknowable, type Seen } from "./seen.ts";

type Unused = Extract<Claim, { kind: "unused" }>;

/**
 * What API servers noted of each request that came with a ServiceAccount's token, for as long as the claim says. A token
 * is known in audit logs by its number (credential-id "JTI=…", Kubernetes 1.30 and later), and the request that it was
 * issued by has the same number (issued-credential-id): it counts as new when an API server has issued it that was
 * started with the new key, and any other as old. Tokens in Secrets have no number; those are looked for where they lie
 * (claim "tokens"). Those of other issuers (OIDC) may have one, too, and are told apart by the users' names.
 */
export const observeTokensUnused = async (look: Look, claim: Unused): Promise<Seen> => {
  const now = look.at.ports.clock.now();
  const issued = await issuedSince(look, claim);
  if (!issued.ok) return issued.seen;
  if (issued.value.size === 0) {
    return unknowable(
      "no audit log notes that a token was issued since the new key signs: nobody has asked for one, or their policy leaves out serviceaccounts/token, or the API servers are older than 1.30",
    );
  }
  const logs = await everyLog(look, (log, { skew }) =>
    readAuditLog(look.at.sessions, {
      ...log,
      kind: "JTI=",
      since: now - claim.milliseconds + skew,
      told: [...issued.value],
    }),
  );
  if (!logs.ok) return logs.seen;
  const uses = logs.value.flatMap(({ read }) => read.uses.filter(isOfServiceAccount));
  if (uses.length === 0 && logs.value.every(({ read }) => read.known === undefined))
    return unknowable("no audit log notes a request with a token: their policy leaves them out");
  // Some may have been issued after the first look, and used before the second.
  const since = uses.length === 0 ? issued : await issuedSince(look, claim);
  if (!since.ok) return since.seen;
  return judgeUses(logs.value, {
    now,
    milliseconds: claim.milliseconds,
    isOld: (use) => isOfServiceAccount(use) && !since.value.has(use.credential),
    words: (credential) => `token ${short(credential.slice("JTI=".length))}`,
    // The log notes who asked for the review, and not the number of the token that was reviewed.
    unseen: "; tokens that others had reviewed (TokenReview) are not among them",
  });
};

const isOfServiceAccount = ({ user }: CredentialUse): boolean =>
  user.startsWith(serviceAccountPrefix);

/** Every token that an API server has issued since it signs with a newer key. */
const issuedSince = async (
  look: Look,
  claim: Unused,
): Promise<
  | { readonly ok: true; readonly value: ReadonlySet<string> }
  | { readonly ok: false; readonly seen: Seen }
> => {
  const logs = await everyLog(look, async (log, of) => {
    const from = await signsSince(look, claim, of);
    return readIssuedTokens(look.at.sessions, { ...log, since: from });
  });
  if (!logs.ok) return logs;
  const full = logs.value.find(({ read }) => read.more);
  return full === undefined
    ? { ok: true, value: new Set(logs.value.flatMap(({ read }) => read.credentials)) }
    : {
        ok: false,
        seen: unknowable(`${full.server.id} has issued more tokens than are told apart`),
      };
};

/**
 * From when on (of its node's clock) an API server's tokens are of a newer key for certain: it reads that at its start.
 * What it issued before its last start counts as old, whichever key it had then.
 */
const signsSince = async (
  look: Look,
  { issuer: name, generation: number }: Unused,
  { server, process: { startedAt } }: AuditedServer,
): Promise<Instant> => {
  const slot = signerOf(look, name, server);
  if (slot === undefined) throw new UnreadLog("what it signs tokens with is not known");
  const [issuer, content] = await Promise.all([look.issuer(name), look.content(slot.id)]);
  if (!content.ok) throw new UnreadLog(content.why);
  const { key, held } = content.value;
  const newer = issuer.generations.filter((one) => one.number > number);
  const isNewer = newer.some((one) => generationOf(issuer, one.number).keyId === key?.id);
  const words = generationWords(name, number);
  if (!isNewer || held === undefined)
    throw new UnreadLog(`${slot.place.path} holds no newer key than ${words}`);
  if (startedAt + tolerance < held.changedAt)
    throw new UnreadLog(
      `it was started before ${slot.place.path} changed, and signs with what was there`,
    );
  return startedAt;
};

/** As of a process's start: see restarted.ts. */
const tolerance = 20;

const signerOf = ({ at: { layout } }: Look, issuer: string, { id }: PlacedConsumer) =>
  [...layout.slots.values()].find(
    (slot) =>
      slot.consumer === id && slot.issuer === issuer && slot.place.form?.kind === "private-key",
  );
