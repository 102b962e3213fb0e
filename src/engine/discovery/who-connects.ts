import type { CredentialUse } from "../../core/audit-log/uses.ts";
import { connectionsOf, type Connections } from "../../core/discovery/connections.ts";
import type { MasterFacts } from "../../core/discovery/compare-masters.ts";
import type { NodeSession } from "../../ports/node.ts";
import { whyOf } from "../rotation/attempt.ts";
import { auditLogOf, readAuditLog } from "../rotation/audit-log.ts";

/** What runs once a night has shown itself in a day; logs that were set aside before are not read. */
const lookedBack = 24 * 3_600_000;

/** Of one master; undefined: its API server writes no audit log to a file. */
export type HeardThere =
  | { readonly uses: readonly CredentialUse[]; readonly oldest?: string; readonly more: boolean }
  | { readonly why: string };

/** Who showed certificates to that master's API server. What keeps its log from being read is an answer. */
export const whoConnects = async (
  session: NodeSession,
  { words }: Pick<MasterFacts, "words">,
  now: number,
): Promise<HeardThere | undefined> => {
  const log = auditLogOf({ command: words.get("kube-apiserver") ?? [] });
  if (log === undefined) return undefined;
  try {
    const [process] = await session.processes("kube-apiserver");
    if (process === undefined) return { why: "its API server is not running" };
    return await readAuditLog(
      { use: (_node, work) => work(session) },
      { node: undefined, process, log, kind: "X509SHA256=", since: now - lookedBack },
    );
  } catch (error) {
    return { why: whyOf(error) };
  }
};

/** Of all masters together. */
export const connectionsIn = (
  masters: readonly { readonly node: string; readonly heard: HeardThere | undefined }[],
): Connections | undefined => {
  const logs: string[] = [];
  const unread: string[] = [];
  const uses: CredentialUse[] = [];
  let since: string | undefined;
  let more = false;
  for (const { node, heard } of masters) {
    if (heard === undefined) continue;
    if ("why" in heard) {
      unread.push(`${node}: ${heard.why}`);
      continue;
    }
    logs.push(node);
    uses.push(...heard.uses);
    more ||= heard.more;
    if (heard.oldest !== undefined && (since === undefined || heard.oldest > since))
      since = heard.oldest;
  }
  if (logs.length + unread.length === 0) return undefined;
  return {
    logs,
    unread,
    users: connectionsOf(uses),
    more,
    ...(since === undefined ? {} : { since }),
  };
};
