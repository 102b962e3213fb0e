import { remoteOf, type LogParser } from "./parser.ts";

/** net/http's server: `2026/11/22 10:12:01 http: TLS handshake error from 10.0.0.1:5: tls: …`. */
export const readGoHttp: LogParser = (line) => {
  const parts = /http: TLS handshake error from ([^ ]+): (.*)$/.exec(line);
  return parts === null
    ? undefined
    : { program: "go", role: "server", text: parts[2]!, ...remoteOf(parts[1]!) };
};
