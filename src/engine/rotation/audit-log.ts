import { logFiles } from "../../core/audit-log/files.ts";
import { readUses, usesCommand, type ReadUses } from "../../core/audit-log/uses.ts";
import { failure } from "../../core/errors/certwright-error.ts";
import { flagValue } from "../../core/manifest/flag-value.ts";
import type { Instant } from "../../core/model/certificate.ts";
import type { EstateNode } from "../../core/model/estate.ts";
import type { NodeSession, ProcessFacts } from "../../ports/node.ts";
import type { Sessions } from "./sessions.ts";

/** Where an API server writes its audit log, by its own words; undefined: nowhere, or to where no file is. */
export const auditLogOf = ({ command }: Pick<ProcessFacts, "command">): string | undefined => {
  const path = flagValue(command, "audit-log-path");
  const format = flagValue(command, "audit-log-format") ?? "json";
  return path?.startsWith("/") === true && format === "json" ? path : undefined;
};

export interface AuditLogOrder {
  readonly node: EstateNode | undefined;
  readonly process: ProcessFacts;
  /** As the process has it, in its container. */
  readonly log: string;
  readonly kind: "X509SHA256=" | "JTI=";
  /** What was set aside before then is not read; of the node's clock. */
  readonly since: Instant;
}

/** awk reads 100 MB (lumberjack's default size of a file) in one to two seconds on an old core; this is for twenty. */
const readingDeadline = 60_000;
const listingDeadline = 5000;
/** What it reads in that time; more of a day's log means that the soak is too long for this cluster's log. */
const mostBytes = 2 * 1024 ** 3;

/**
 * Who used which credential, from the logs of one API server where they are: nothing but the table leaves the node.
 * Its files are seen as the process sees them, through /proc, whatever its container mounts where. Throws node.*,
 * rotation.audit-log.
 */
export const readAuditLog = (
  sessions: Pick<Sessions, "use">,
  order: AuditLogOrder,
): Promise<ReadUses> =>
  sessions.use(order.node, async (session) => {
    const before = await present(session, order);
    const { files, compressed } = before;
    const why = (words: string): Error =>
      failure("rotation.audit-log", { log: order.log, why: words });
    if (compressed.length > 0)
      throw why(`${compressed[0]} is compressed, and what is in it is not looked at`);
    const sizes = await session.run(["wc", "-c", ...files], { deadline: listingDeadline });
    if (sizes.code !== 0) throw why(sizes.stderr.trim());
    const bytes = Number(/(\d+)\s+\S+\s*$/.exec(sizes.stdout)?.[1]);
    if (bytes > mostBytes) throw why(`${bytes} bytes since then are more than are read at a time`);
    const { code, stdout, stderr } = await session.run(usesCommand(order.kind, files), {
      deadline: readingDeadline,
    });
    const read = code === 0 ? readUses(stdout) : undefined;
    if (read === undefined) throw why(stderr.trim() || "awk was cut short");
    // Set aside in between: what was in the log is in a file of another name now.
    const after = await present(session, order);
    if (after.files.join() !== files.join()) throw why("it was set aside while it was read");
    return read;
  });

const present = async (
  session: NodeSession,
  { process: { pid }, log, since }: AuditLogOrder,
): Promise<ReturnType<typeof logFiles>> => {
  const seen = `/proc/${pid}/root${log}`;
  const folder = seen.slice(0, seen.lastIndexOf("/"));
  const { stdout } = await session.run(
    ["find", `${folder}/.`, "!", "-name", ".", "-prune", "-type", "f"],
    { deadline: listingDeadline },
  );
  return logFiles(seen, stdout.split("\n"), since);
};
