import type { Heard } from "../../core/applications/silence.ts";
import type { CredentialUse } from "../../core/audit-log/uses.ts";
import { parseTimestamp } from "../../core/issuance/timestamp.ts";
import { formatInstant } from "../../core/x509/time.ts";
import { auditLogOf, readAuditLog } from "../rotation/audit-log.ts";
import type { PlacedConsumer } from "../rotation/layout.ts";
import type { Look } from "../rotation/look.ts";
import { attempt } from "../rotation/attempt.ts";
import type { Material } from "../etcd/check/material.ts";

/**
 * Which pods asked an API server for anything within that time, milliseconds, by the audit logs of all of them; why
 * that cannot be told when one of them does not reach back so far.
 */
export const listen = async (look: Look, time: number): Promise<Material<Heard>> => {
  const servers = [...look.at.layout.consumers.values()].filter(
    ({ kubernetes }) => kubernetes?.kind === "kube-apiserver",
  );
  const since = look.at.ports.clock.now() - time;
  const pods = new Map<string, Set<string>>();
  for (const heard of await Promise.all(servers.map((one) => listenAt(look, one, since)))) {
    if (!heard.ok) return heard;
    for (const { pod, userAgent } of heard.value) {
      const agents = pods.get(pod);
      if (agents === undefined) pods.set(pod, new Set([userAgent]));
      else agents.add(userAgent);
    }
  }
  return { ok: true, value: { pods, since } };
};

const listenAt = async (
  look: Look,
  { id, node }: PlacedConsumer,
  since: number,
): Promise<Material<readonly CredentialUse[]>> => {
  const [process, skew] = await Promise.all([look.process(id), look.skew(node)]);
  if (!process.ok) return process;
  if (!skew.ok) return skew;
  if (process.value === undefined) return { ok: false, why: `${id} is not running` };
  const log = auditLogOf(process.value);
  if (log === undefined) return { ok: false, why: `${id} writes no audit log` };
  const order = {
    node,
    process: process.value,
    log,
    kind: "JTI=",
    since: since + skew.value,
  } as const;
  const read = await attempt(() => readAuditLog(look.at.sessions, order));
  if (!read.ok) return { ok: false, why: `${id}: ${read.why}` };
  const { uses, oldest, more } = read.value;
  if (more) return { ok: false, why: `${id}: there are more kinds of requests than are counted` };
  const first = parseTimestamp(oldest ?? "");
  if (first === undefined || first > order.since) {
    const reach = first === undefined ? "it is empty" : `it begins at ${formatInstant(first)}`;
    return { ok: false, why: `${id}: ${log} does not reach back so far: ${reach}` };
  }
  return { ok: true, value: uses.filter(({ pod }) => pod !== "") };
};
