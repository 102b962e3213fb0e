import type { GatheredConnection } from "../../core/diagnosis/case.ts";
import type { ClientSetup, Endpoint, FollowUp, Probes } from "../../core/diagnosis/endpoint.ts";
import { connectionMade, purposes, type Connected } from "../../core/diagnosis/connection-made.ts";
import { certificatesOf, keyOf } from "../../core/diagnosis/file-evidence.ts";
import { followUpsFor, maxFollowUps } from "../../core/diagnosis/follow-up.ts";
import type { Observation, ProbeTarget } from "../../core/tls/observation.ts";
import { sslAnswer, sslRequest } from "../../core/tls/postgres.ts";
import { commonNameOf } from "../../core/x509/names.ts";
import { probe } from "../tls/probe.ts";
import { waitingToBeAccepted } from "./accept-queue.ts";
import { proxyAddress } from "./proxy.ts";
import { lookAtEtcd } from "./look-at-etcd.ts";
import type { EvidenceReader } from "./evidence.ts";
import { tokenRequest } from "./token-request.ts";

/** Milliseconds a further look may take at most: the first one has shown that somebody answers. */
const followUpDeadline = 3000;

/** Those that ask for more than the endpoint itself get less: an answer comes within a round trip, or none does. */
const shortDeadlines: Readonly<Partial<Record<FollowUp, number>>> = {
  "other-port": 1000,
  direct: 1000,
  "proxy-header": 1500,
  "ssl-request": 1000,
};

/** Looks at what comes unasked. */
const mute: ReadonlySet<string> = new Set<FollowUp>(["listen", "other-port"]);

/** Our certificate and key as they are sent; nothing when they do not fit together, for that is a fault of its own. */
const credentialsOf = (
  { certificate, key }: ClientSetup,
  evidence: EvidenceReader,
): Pick<ProbeTarget, "cert" | "key"> => {
  if (certificate === undefined || key === undefined) return {};
  const [leaf] = certificatesOf(certificate);
  const cert = evidence.bytesOf(certificate);
  const keyBytes = evidence.bytesOf(key);
  const fit = leaf !== undefined && keyOf(key)?.id === leaf.publicKey.id;
  return fit && cert !== undefined && keyBytes !== undefined ? { cert, key: keyBytes } : {};
};

const targetOf = (
  endpoint: Endpoint,
  client: ClientSetup,
  evidence: EvidenceReader,
): ProbeTarget => ({
  ...(endpoint.reachedAt ?? { host: endpoint.host, port: endpoint.port }),
  ...(endpoint.servername === undefined && endpoint.reachedAt === undefined
    ? {}
    : { servername: serverNameOf(endpoint) }),
  ...(client.maxVersion === undefined ? {} : { maxVersion: client.maxVersion }),
  ...(endpoint.scheme === "http" ? { layer: "plain" as const } : {}),
  ...credentialsOf(client, evidence),
  ...viaOf(endpoint, client),
  ...greetingOf(endpoint, client),
});

/** What is said around the handshake: HTTP's GET behind it, or PostgreSQL's questions before and behind. */
const greetingOf = (
  { postgres, path }: Endpoint,
  { certificate }: ClientSetup,
): Pick<ProbeTarget, "prologue" | "request"> => {
  if (postgres === undefined) return { request: { kind: "http1", path } };
  const [leaf] = certificatesOf(certificate);
  // Its method "cert" takes the common name for the user's.
  const user =
    postgres.user ?? (leaf === undefined ? undefined : commonNameOf(leaf.subject)) ?? "certwright";
  return {
    prologue: { send: sslRequest, expect: sslAnswer },
    request: { kind: "postgres", user, database: postgres.database ?? user },
  };
};

/** The proxy that stands between; not to where a port-forward leads. */
const viaOf = (
  { reachedAt, scheme }: Endpoint,
  { proxy }: ClientSetup,
): Pick<ProbeTarget, "via"> => {
  if (proxy === undefined || reachedAt !== undefined) return {};
  const via = proxyAddress(proxy.url);
  // An HTTP proxy passes plain requests on in another way than by a tunnel, and refuses one to most ports.
  return via === undefined || (scheme === "http" && via.kind !== "socks5") ? {} : { via };
};

/** RFC 6066 section 3 has no addresses in SNI. */
const serverNameOf = ({ servername, host }: Endpoint): string => {
  const name = servername ?? host;
  return /^[\d.]+$|:/.test(name) ? "" : name;
};

/**
 * Looks at one endpoint: once, then at what only another connection can tell, all at once. `left()` is what remains
 * of the run in milliseconds; `connected` hears of every connection.
 */
export const look = async (
  { endpoint, client }: GatheredConnection,
  evidence: EvidenceReader,
  left: () => number,
  signal: AbortSignal,
  connected: Connected,
  endpoints: number,
): Promise<Probes> => {
  const target = targetOf(endpoint, client, evidence);
  const main = await probe(target, { deadline: Math.max(1, left()) }, signal);
  connected(connectionMade(endpoint, purposes.first, main));
  const token = tokenRequest({ endpoint, client }, main, evidence);
  const wanted = Object.entries({
    ...followUpsFor(endpoint, client, main, endpoints),
    ...(token === undefined ? {} : { token }),
  }).slice(0, maxFollowUps);
  const followUps: Partial<Record<FollowUp, Observation>> = {};
  // A server that answers plain HTTP is known: the other guesses need not wait for their ends.
  const known = new AbortController();
  const either = AbortSignal.any([signal, known.signal]);
  await Promise.all(
    wanted.map(async ([name, changes]) => {
      if (left() <= 0 || signal.aborted) return;
      const own = shortDeadlines[name as FollowUp] ?? followUpDeadline;
      const deadline = Math.min(own, left());
      const { via, request, ...bare } = target;
      const kept = {
        ...bare,
        ...(name === "direct" || via === undefined ? {} : { via }),
        ...(mute.has(name) || request === undefined ? {} : { request }),
      };
      const seen = await probe({ ...kept, ...changes }, { deadline }, either);
      followUps[name as FollowUp] = seen;
      connected(connectionMade(endpoint, purposes[name as FollowUp], seen));
      if (name === "plain" && followUps.plain?.answer?.first.kind === "http") known.abort();
    }),
  );
  const etcd = await lookAtEtcd(
    { endpoint, client },
    target,
    main,
    evidence,
    left,
    signal,
    connected,
  );
  const waiting = waitingToBeAccepted(main);
  return {
    main,
    followUps,
    ...(etcd === undefined ? {} : { etcd }),
    ...(waiting === undefined ? {} : { waiting }),
  };
};
