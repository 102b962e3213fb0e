import { logFiles } from "../../core/audit-log/files.ts";
import { issuedCommand, readIssued, type ReadIssued } from "../../core/audit-log/issued.ts";
import {
  readUses,
  toldCredentials,
  usesCommand,
  type ReadUses,
} from "../../core/audit-log/uses.ts";
import { asciiBytes } from "../../core/bytes/utf8.ts";
import { failure } from "../../core/errors/certwright-error.ts";
import { flagValue } from "../../core/manifest/flag-value.ts";
import type { Instant } from "../../core/model/certificate.ts";
import { formatInstant } from "../../core/x509/time.ts";
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
  /** Of the node's clock. What was set aside before then is not read. */
  readonly since: Instant;
}

export interface UsesOrder extends AuditLogOrder {
  readonly kind: "X509SHA256=" | "JTI=";
  /** Credentials whose uses are counted together. */
  readonly told?: readonly string[];
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
  order: UsesOrder,
): Promise<ReadUses> => {
  const { kind, told } = order;
  return overFiles(sessions, order, {
    command: (files) =>
      usesCommand(
        kind,
        microTime(order.since),
        told === undefined ? files : [toldCredentials, ...files],
      ),
    read: readUses,
    ...(told === undefined ? {} : { input: asciiBytes(told.map((one) => `${one}\n`).join("")) }),
  });
};

/** Which tokens an API server has issued since then, in the same way. */
export const readIssuedTokens = (
  sessions: Pick<Sessions, "use">,
  order: AuditLogOrder,
): Promise<ReadIssued> =>
  overFiles(sessions, order, {
    command: (files) => issuedCommand(microTime(order.since), files),
    read: readIssued,
  });

/** As API servers write it (metav1.MicroTime). */
const microTime = (instant: Instant): string =>
  `${formatInstant(instant).slice(0, -1)}.${String(instant % 1000).padStart(3, "0")}000Z`;

/** A program over the log's files, and what it printed; undefined when that was cut short. */
interface Reading<T> {
  readonly command: (files: readonly string[]) => readonly string[];
  readonly read: (output: string) => T | undefined;
  readonly input?: Uint8Array;
}

const overFiles = <T>(
  sessions: Pick<Sessions, "use">,
  order: AuditLogOrder,
  reading: Reading<T>,
): Promise<T> =>
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
    const { input } = reading;
    const { code, stdout, stderr } = await session.run(reading.command(files), {
      deadline: readingDeadline,
      ...(input === undefined ? {} : { input }),
    });
    const read = code === 0 ? reading.read(stdout) : undefined;
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
