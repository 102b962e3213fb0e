import { utf8Of } from "../../bytes/utf8.ts";
import { causeOf, type Whose } from "./cause.ts";
import { readEnvoy } from "./envoy.ts";
import { readEtcdCapnslog, readEtcdJson } from "./etcd.ts";
import type { LogEvent, LogProgram } from "./event.ts";
import { readGoHttp } from "./go.ts";
import { readGnutls } from "./gnutls.ts";
import { readHaproxy } from "./haproxy.ts";
import { readJava } from "./java.ts";
import { readKlog } from "./klog.ts";
import { readNginx } from "./nginx.ts";
import { readNode } from "./node.ts";
import { readOpenssl } from "./openssl.ts";
import type { LogParser, ParsedLine } from "./parser.ts";
import { readPostgresql } from "./postgresql.ts";
import { readPython } from "./python.ts";
import { sidesIn } from "./side.ts";

/** The more particular a format, the earlier; a line that none takes is kept as it is. */
const parsers: readonly LogParser[] = [
  readEtcdJson,
  readEtcdCapnslog,
  readGoHttp,
  readKlog,
  readNginx,
  readHaproxy,
  readEnvoy,
  readPostgresql,
  readPython,
  readJava,
  readNode,
  readGnutls,
  readOpenssl,
];

/** Lines that are read: the last ones, since the trouble is at the end. A server under attack writes thousands a second. */
const maxLines = 10_000;

/** Characters of one line; etcd and apiserver write whole chains of errors in one. */
const maxLine = 4096;

/** Characters of a line that are shown. */
const maxRaw = 500;

/** Control characters of a terminal do no good in a report. */
const printable = (text: string): string => text.replaceAll(/[^\t\x20-\x7e\u00a0-\uffff]/g, "");

const firstOf = (line: string): ParsedLine | undefined => {
  for (const parser of parsers) {
    const parsed = parser(line);
    if (parsed !== undefined) return parsed;
  }
  return undefined;
};

/** Whether a text has at least one line of a format known here; looks at the first hundred. */
export const looksLikeLog = (events: readonly LogEvent[]): boolean =>
  events.slice(0, 100).some(({ program }) => program !== "unknown");

/** Formats that tell by themselves on which side their program stood. */
const tellsSide: ReadonlySet<LogProgram> = new Set([
  "etcd",
  "kube-apiserver",
  "kubelet",
  "kubectl",
  "calicoctl",
  "istiod",
  "envoy",
  "nginx",
  "haproxy",
  "postgresql",
  "psql",
  "go",
  "curl",
]);

/**
 * All lines of a log, each by the format it has; `side` is known when it was given as a server's log.
 * Never throws, whatever the bytes are.
 */
export const readLog = (bytes: Uint8Array, file: string, side?: Whose): readonly LogEvent[] => {
  const { text } = utf8Of(bytes);
  const lines = text.split("\n");
  const first = Math.max(0, lines.length - maxLines);
  const sides = sidesIn(text);
  return lines.slice(first).flatMap((whole, i) => {
    const line = printable(whole.slice(0, maxLine)).trim();
    if (line === "") return [];
    const raw = line.slice(0, maxRaw);
    const common = { line: first + i + 1, file, raw };
    const unknown: ParsedLine = { program: "unknown", role: "client", text: line };
    const found = firstOf(line) ?? unknown;
    const role = tellsSide.has(found.program)
      ? found.role
      : (side ?? sides.get(found.program) ?? found.role);
    const parsed: ParsedLine = { ...found, role };
    const told = causeOf(parsed.text, parsed.role);
    return [{ extras: {}, ...parsed, ...common, ...(told === undefined ? {} : { told }) }];
  });
};
