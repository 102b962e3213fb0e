import { remoteOf, type LogParser } from "./parser.ts";
import { instantOfText } from "./timestamp.ts";

/**
 * PostgreSQL: `2026-11-23 03:34:11.123 UTC [7] LOG:  could not accept SSL connection: …`, the reason in the DETAIL behind it
 * (be-secure-openssl.c, auth.c); and its clients by libpq: `connection to server at "db1" (10.0.0.9), port 5432 failed: …`.
 */
export const readPostgresql: LogParser = (line) => {
  const failed = /connection to server at ("[^"]*" \([^)]*\)|"[^"]*"), port \d+ failed: (.*)$/.exec(
    line,
  );
  if (failed !== null)
    return { program: "psql", role: "client", text: failed[2]!, extras: { server: failed[1]! } };
  const parts =
    /^(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?:\.\d+)?)? ?.*?\b(LOG|DETAIL|FATAL):  (.*)$/.exec(line);
  if (parts === null) return undefined;
  const [, stamp, severity, words] = parts;
  const text =
    /could not accept SSL connection: (.*)$/.exec(words!)?.[1] ??
    /Client certificate verification failed at depth \d+: (.*)$/.exec(words!)?.[1] ??
    (severity === "FATAL" && aboutCertificate.test(words!) ? words! : undefined);
  if (text === undefined) return undefined;
  const at = instantOfText(stamp ?? "");
  const remote = /\b(\d{1,3}(?:\.\d{1,3}){3})\((\d{1,5})\)/.exec(line);
  return {
    program: "postgresql",
    role: "server",
    text,
    extras: { severity: severity! },
    ...(at === undefined ? {} : { at }),
    ...(remote === null ? {} : remoteOf(`${remote[1]}:${remote[2]}`)),
  };
};

const aboutCertificate = /valid client certificate|certificate authentication failed/;
