import { remoteOf, type LogParser } from "./parser.ts";

/**
 * OpenSSL's own words, in s_server and s_client and wherever a program prints its error queue:
 * `verify error:num=10:certificate has expired`, `…:error:0A0000C7:SSL routines:…:peer did not return a certificate:…`.
 * A thread id in front is how its error queue is printed (ERR_print_errors(3)).
 */
export const readOpenssl: LogParser = (line) => {
  const verify = /verify error:num=(\d+):(.*)$/.exec(line);
  // s_server and s_client print the same; only a server's certificate makes a depth above the leaf usual in both.
  if (verify !== null)
    return {
      program: "openssl",
      role: "server",
      text: `(${verify[1]}:${verify[2]})`,
      extras: { number: verify[1]! },
    };
  const queue = /(?:^|[\s:])error:([0-9A-F]{8}):SSL routines:([^:]*):([^:]*)(.*)$/.exec(line);
  if (queue === null || /curl|nodejs|Node\.js|nginx|\[ALERT\]/.test(line)) return undefined;
  const [, code, routine, reason, rest] = queue;
  const where = /\b(\d{1,3}(?:\.\d{1,3}){3}:\d{1,5})\b/.exec(line.slice(0, queue.index));
  return {
    program: "openssl",
    role: roleOf(routine!, reason!),
    text: `${reason}${/SSL alert number \d+/.test(rest!) ? `:${/SSL alert number \d+/.exec(rest!)![0]}` : ""}`,
    extras: { code: code! },
    ...(where === null ? {} : remoteOf(where[1]!)),
  };
};

/** Which side's routine failed: tls_process_client_certificate runs in a server. */
const roleOf = (routine: string, reason: string): "client" | "server" =>
  /process_client|server_|post_process_client/.test(routine) ||
  /peer did not return a certificate|no shared cipher|http request/.test(reason) ||
  routine === ""
    ? "server"
    : /process_server|client_/.test(routine)
      ? "client"
      : "server";
