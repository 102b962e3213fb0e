import type { ConnectAttempt, Observation } from "../tls/observation.ts";
import { endpointText, type Endpoint, type FollowUp } from "./endpoint.ts";

/** One connection that was tried in a run, in words: doctor says on request what it did to a server. */
export interface ConnectionMade {
  /** "etcd-1:2379" */
  readonly endpoint: string;
  /** "first look" */
  readonly purpose: string;
  /** "TLSv1.3, alert 45 (certificate_expired)" */
  readonly ended: string;
  readonly milliseconds: number;
}

/** Whoever wants to hear of every connection, as it ends. */
export type Connected = (made: ConnectionMade) => void;

/** What each look is for. */
export const purposes: Readonly<Record<FollowUp | "first", string>> = {
  first: "first look",
  plain: "without TLS",
  "proxy-header": "behind a PROXY protocol header",
  bare: "with another server name",
  tls12: "no newer than TLS 1.2",
  "any-version": "with any version of TLS",
  http2: "HTTP/2",
  "no-certificate": "without the client certificate",
  again: "the same again",
  "again-later": "the same again, later",
  tls: "with TLS",
  token: "with the bearer token",
  api: "GET /api",
  listen: "without a word",
  "ssl-request": "behind PostgreSQL's SSLRequest",
  ciphers: "with every cipher",
  groups: "with every key exchange group",
  signatures: "with the usual signatures only",
  tls13: "TLS 1.3 only",
  usual: "with what Go offers",
  "other-family": "by the other family of addresses",
  "other-port": "another port of the machine",
  direct: "past the proxy",
};

const notConnected = (attempts: readonly ConnectAttempt[]): string =>
  attempts
    .filter(({ outcome }) => outcome !== "untried")
    .map(({ address, outcome }) => `${address} ${outcome}`)
    .join(", ");

/** How a look ended, as far as it got. */
const endedText = ({ unusable, connection, attempts, names, handshake, ...rest }: Observation) => {
  if (unusable !== undefined) return `not made, ${unusable.code}`;
  const last = rest.phases.at(-1);
  const cut = last === undefined || /^(done|failed)$/.test(last.ended) ? undefined : last.ended;
  if (connection === undefined) {
    const error = names.queries.at(-1)?.error;
    return [notConnected(attempts) || (error ?? "not connected"), cut].filter(Boolean).join(", ");
  }
  const alert = handshake?.alert;
  const words = [
    handshake?.completed === true ? handshake.version : undefined,
    alert === undefined ? undefined : `alert ${alert.number} (${alert.name})`,
    handshake?.localError?.code,
    rest.answer?.status === undefined ? undefined : `HTTP ${rest.answer.status}`,
    { open: undefined, fin: "closed by the peer", reset: "reset" }[connection.end.how],
    cut === undefined ? undefined : `${cut} in ${last?.name}`,
  ].filter((word) => word !== undefined);
  return words.join(", ") || "closed by us";
};

/** A look as it is told; times in whole milliseconds. */
export const connectionMade = (
  endpoint: Pick<Endpoint, "host" | "port">,
  purpose: string,
  seen: Observation,
): ConnectionMade => ({
  endpoint: endpointText(endpoint),
  purpose,
  ended: endedText(seen),
  milliseconds: Math.round(seen.milliseconds),
});
