import type { Case } from "../case.ts";
import type { Certainty, FixStep } from "../finding.ts";
import type { LogEvent } from "./event.ts";
import { isLoopback } from "./telling.ts";

/** The line of a log that speaks for a fault. */
export interface Saying {
  readonly line: LogEvent;
  /** The other side or the server it is about: "10.0.0.7", "etcd-1:2379"; "the server" when the line does not tell. */
  readonly where: string;
  /** Whether the line told. */
  readonly known: boolean;
  /** `certwright doctor WHERE` as a fix's command; empty when nobody knows where. */
  readonly look: Pick<FixStep, "command">;
  /** "likely" for a client that complains; a server's log is full of strangers that came and went. */
  readonly certainty: Certainty;
  readonly evidence: readonly string[];
}

export interface Wanted {
  readonly says: RegExp;
  /** Lines with these words are about something else. */
  readonly unless?: RegExp;
  /** Whether the writer was the client or the server of the connection. */
  readonly role?: LogEvent["role"];
  /** It also explains why a server that was asked broke off the handshake: by what its own log says of it. */
  readonly besideLook?: true;
}

/** Programs that write of a hundred connections: one line is seldom the trouble of the one who asks. */
const busy: ReadonlySet<string> = new Set(["etcd", "kube-apiserver", "kubelet", "istiod", "envoy"]);

/** There was a server to ask, and it told by itself what is the matter, or all is well. */
const isAsked = ({ endpoint, probes }: Case): boolean =>
  endpoint !== undefined && probes?.main.handshake?.completed !== false;

/**
 * The last line that says such a thing, when there is nothing but the log: what was seen at a server that was asked
 * tells more. Lines about the machine itself come last.
 */
export const logSaying = (
  seen: Case,
  { says, unless, role, besideLook }: Wanted,
): Saying | undefined => {
  if (seen.endpoint !== undefined && (besideLook !== true || isAsked(seen))) return undefined;
  const lines = seen.log.filter(
    (event) =>
      (role === undefined || event.role === role) &&
      says.test(event.text) &&
      unless?.test(event.text) !== true,
  );
  const line = lines.findLast(({ remote }) => !isLoopback(remote)) ?? lines.at(-1);
  if (line === undefined) return undefined;
  const more = lines.length - 1;
  const place = placeIn(line.text) ?? line.remote;
  return {
    line,
    where: place ?? "the server",
    known: place !== undefined,
    look: place === undefined ? {} : { command: `certwright doctor ${place}` },
    certainty: line.role === "client" && !busy.has(line.program) ? "likely" : "possible",
    evidence: [
      `${line.file}:${line.line}: ${line.raw}`,
      ...(more === 0 ? [] : [`${more} further ${more === 1 ? "line" : "lines"} of this kind`]),
    ],
  };
};

/** How Go, curl, Node, Java and grpc write where they wanted to go. */
const places: readonly RegExp[] = [
  /\bproxyconnect tcp: dial tcp ([^\s]+?:\d+)/,
  /\bdial tcp (?:\S+->)?(\[?[\w.:-]+\]?:\d+)/,
  /\bdial tcp: lookup (\S+?)(?:\s|:|$)/,
  /\bAddr: "([^"]+)"/,
  /\bconnect E[A-Z]+ (\[?[\w.:-]+\]?:\d+)/,
  /\bgetaddrinfo E[A-Z_]+ (\S+)/,
  /(?:Could not|Couldn't) resolve (?:host|proxy): (\S+)/i,
  /UnknownHostException: (\S+?):?(?:\s|$)/,
  /\bin connection to (\S+)/,
  /\bconnection to the server (\S+) was refused/,
  /\bconnection to server at "[^"]*" \(([^)]+)\), port \d+ failed/,
  /\bread tcp \S+->(\S+?:\d+)/,
  /https?:\/\/([\w.-]+(?::\d+)?|\[[0-9a-fA-F:]+\](?::\d+)?)/,
];

const placeIn = (text: string): string | undefined => {
  const port = /Failed to connect to (\S+) port (\d+)/i.exec(text);
  if (port !== null) return `${port[1]}:${port[2]}`;
  for (const pattern of places) {
    const found = pattern.exec(text)?.[1];
    if (found !== undefined) return found;
  }
  return undefined;
};
