import type { CredentialUse, ReadUses } from "../../../core/audit-log/uses.ts";
import { parseTimestamp } from "../../../core/issuance/timestamp.ts";
import type { Instant } from "../../../core/model/certificate.ts";
import { spanWords } from "../../../core/text/span.ts";
import { formatInstant } from "../../../core/x509/time.ts";
import type { ProcessFacts } from "../../../ports/node.ts";
import { attempt } from "../attempt.ts";
import { auditLogOf, type AuditLogOrder } from "../audit-log.ts";
import type { PlacedConsumer } from "../layout.ts";
import type { Look } from "../look.ts";
import { fails, holds, unknowable, type Seen } from "./seen.ts";

// What all API servers' audit logs tell together; where one cannot be read, nothing is told.

/** An API server that is running and writes an audit log. */
export interface AuditedServer {
  readonly server: PlacedConsumer;
  readonly process: ProcessFacts;
  /** The node's clock minus ours. */
  readonly skew: number;
}

export interface ReadLog<T> extends AuditedServer {
  readonly read: T;
}

/** What `read` gave for each API server's log; or, where it could not be read somewhere, what is to be said of that. */
export const everyLog = async <T>(
  look: Look,
  read: (log: Omit<AuditLogOrder, "since">, of: AuditedServer) => Promise<T>,
): Promise<
  | { readonly ok: true; readonly value: readonly ReadLog<T>[] }
  | { readonly ok: false; readonly seen: Seen }
> => {
  const servers = [...look.at.layout.consumers.values()].filter(
    ({ kubernetes }) => kubernetes?.kind === "kube-apiserver",
  );
  const all = await Promise.all(
    servers.map((server) =>
      attempt(async () => {
        const { log, ...of } = await audited(look, server);
        const { process } = of;
        return { ...of, read: await read({ node: server.node, process, log }, of) };
      }),
    ),
  );
  const unread = all.flatMap((one, i) => (one.ok ? [] : [`${servers[i]!.id}: ${one.why}`]));
  if (unread.length > 0) return { ok: false, seen: unknowable(unread.join("; ")) };
  const value = all.flatMap((one) => (one.ok ? [one.value] : []));
  return value.length === 0
    ? { ok: false, seen: unknowable("no API server is known") }
    : { ok: true, value };
};

const audited = async (
  look: Look,
  server: PlacedConsumer,
): Promise<AuditedServer & { readonly log: string }> => {
  const [process, skew] = await Promise.all([look.process(server.id), look.skew(server.node)]);
  if (!process.ok) throw new UnreadLog(process.why);
  if (!skew.ok) throw new UnreadLog(skew.why);
  if (process.value === undefined) throw new UnreadLog("it is not running");
  const log = auditLogOf(process.value);
  if (log === undefined) throw new UnreadLog("it writes no audit log into a file");
  return { server, process: process.value, skew: skew.value, log };
};

/** Ends in a claim's evidence. */
export class UnreadLog extends Error {}

/** Users that are named; with more, something is wrong that needs no list. */
const named = 5;

export interface Judging {
  /** Ours. */
  readonly now: Instant;
  /** For which nobody is to have used an old credential. */
  readonly milliseconds: number;
  /** Whether a use speaks against it. */
  readonly isOld: (use: CredentialUse) => boolean;
  /** A credential, short enough to read and long enough to find. */
  readonly words: (credential: string) => string;
  /** What such a log does not note, as the end of what is said. */
  readonly unseen?: string;
}

export const judgeUses = (
  logs: readonly ReadLog<ReadUses>[],
  { now, milliseconds, isOld, words, unseen = "" }: Judging,
): Seen => {
  const useWords = ({ use: { user, from, userAgent, count, credential }, at }: Used): string =>
    `${formatInstant(at)} ${user} from ${from} with ${userAgent || "no user agent"} (${count} request${count === 1 ? "" : "s"}, ${words(credential)})`;
  const old = logs
    .flatMap(({ read, skew }): Used[] =>
      read.uses.filter(isOld).map((use) => ({ use, at: (parseTimestamp(use.last) ?? now) - skew })),
    )
    .toSorted((a, b) => b.at - a.at);
  const [last] = old;
  const late = old.filter(({ at }) => at > now - milliseconds);
  if (late.length > 0) {
    const more = late.length > named ? `; and ${late.length - named} more` : "";
    const told = late.slice(0, named).map(useWords).join("; ");
    return { ...fails("audit-log", `${told}${more}`), until: last!.at + milliseconds };
  }
  const full = logs.find(({ read }) => read.more);
  if (full !== undefined) {
    return unknowable(`${full.server.id} was asked by more kinds of clients than are told apart`);
  }
  const from = Math.max(
    ...logs.map(({ read, skew }) => (parseTimestamp(read.oldest ?? "") ?? now) - skew),
  );
  if (from > now - milliseconds) {
    return {
      ...fails("audit-log", `audit logs reach back to ${formatInstant(from)} only`),
      until: from + milliseconds,
    };
  }
  const before = last === undefined ? "" : `; the last before that: ${useWords(last)}`;
  const count =
    logs.length === 1
      ? "the audit log of 1 API server"
      : `the audit logs of ${logs.length} API servers`;
  return holds("audit-log", `none in ${count} for ${spanWords(milliseconds)}${before}${unseen}`);
};

/** "10:05:12 kubernetes-admin from 10.0.0.5 with kubectl/v1.35.4 (3 requests, certificate 3f2a…)" is what is said of it. */
interface Used {
  readonly use: CredentialUse;
  readonly at: Instant;
}
