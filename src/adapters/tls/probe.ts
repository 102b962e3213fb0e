import { isIP, Socket } from "node:net";
import type { Duplex } from "node:stream";
import { createSecureContext, type SecureContext } from "node:tls";
import { domainToASCII } from "node:url";
import { readSocks } from "../../core/tls/socks5.ts";
import { readAnswer } from "../../core/tls/http-answer.ts";
import type {
  NameResolution,
  Observation,
  ProbeLimits,
  ProbeTarget,
} from "../../core/tls/observation.ts";
import { connectFirst } from "./connect-first.ts";
import { converse } from "./converse.ts";
import { Conversation } from "./conversation.ts";
import { Phases } from "./phases.ts";
import { tlsWithProxy } from "./proxy-tls.ts";
import { resolveHost, type NameSources } from "./resolve-host.ts";
import { connectionOf, handshakeOf } from "./seen.ts";

/**
 * What a probe may take when the caller says nothing. The deadline is doctor's default of 10 s; a connection's
 * 3.5 s see the first two repeats of a lost SYN (1 s and 3 s, RFC 6298); 300 ms for a late alert are six times
 * the longest measured on loopback (55 ms), and grow with the connection's round trip.
 */
export const defaultLimits: ProbeLimits = {
  deadline: 10_000,
  dns: 3000,
  connect: 3500,
  handshake: 4000,
  settle: 300,
  answer: 2000,
};

/** How a server is reached: names are looked up, or a stream to it is there already, made by somebody else's hands. */
export interface ProbeWay extends NameSources {
  readonly over?: Duplex;
}

/**
 * Looks at a server once: name, TCP, TLS, one harmless request. Verifies nothing and never rejects: whatever
 * happens is in the observation, with how each phase ended and what was being waited for. Ends within
 * `limits.deadline` (milliseconds) and at once when `signal` aborts; leaves no socket and no timer behind.
 *
 * As much as possible is offered (TLS 1.0 to 1.3, OpenSSL's security level 0), because an old server is
 * there to be looked at; `minVersion`, `maxVersion` and `ciphers` narrow it. A CA file is not taken on purpose: OpenSSL
 * would complete our own chain from it and hide an intermediate that is missing in the certificate's file.
 */
export const probe = async (
  target: ProbeTarget,
  limits: Partial<ProbeLimits> = {},
  signal?: AbortSignal,
  way: ProbeWay = {},
): Promise<Observation> => {
  const allowed = boundedLimits(limits);
  const startedAt = Date.now();
  const phases = new Phases(allowed.deadline, signal);
  const servername = serverNameOf(target);
  const common = {
    host: target.host,
    port: target.port,
    ...(servername === "" ? {} : { servername }),
    startedAt,
  };
  const nothing: NameResolution = {
    addresses: [],
    source: "none",
    servers: [],
    queries: [],
    milliseconds: 0,
  };
  let conversation: Conversation | undefined;
  try {
    const context = contextOf(target);
    if ("unusable" in context) {
      way.over?.destroy();
      return {
        ...common,
        milliseconds: phases.now(),
        phases: phases.log,
        names: nothing,
        attempts: [],
        unusable: context.unusable,
      };
    }
    const names = way.over === undefined ? await namesOf(target, way, allowed, phases) : nothing;
    const { socket, attempts } =
      way.over !== undefined
        ? { socket: way.over, attempts: [] }
        : names.addresses.length === 0
          ? { socket: undefined, attempts: [] }
          : await phases.run("connect", allowed.connect, (cut) =>
              connectFirst(names.addresses, (target.via ?? target).port, allowed.connect, cut),
            );
    const done = (rest: Partial<Observation>): Observation => ({
      ...common,
      milliseconds: phases.now(),
      phases: phases.log,
      names,
      attempts,
      ...rest,
    });
    const via = target.via === undefined ? {} : { via: viaOf(target.via) };
    if (socket === undefined) return done(via);
    const carrier = await carrierOf(socket, target, allowed, phases);
    if ("failed" in carrier)
      return done({ via: { ...viaOf(target.via!), failed: carrier.failed } });
    const connectedAt = phases.now();
    conversation = new Conversation(carrier, () => phases.now());
    const roundTrip = attempts.find(({ outcome }) => outcome === "connected")?.milliseconds ?? 0;
    await converse(
      conversation,
      {
        target,
        servername,
        context: context.context,
        limits: {
          ...allowed,
          settle: allowed.settle === 0 ? 0 : Math.max(allowed.settle, 4 * roundTrip),
        },
      },
      phases,
    );
    const address = addressOf(socket) ?? names.addresses[0] ?? target.host;
    const connection = connectionOf(conversation, address, connectedAt, phases.now());
    const data = conversation.data();
    const proxied = target.via === undefined ? {} : { via: viaOf(target.via, conversation) };
    return done({
      ...proxied,
      connection,
      ...(conversation.tls === undefined
        ? {}
        : { handshake: handshakeOf(conversation, connectedAt, target.cert !== undefined) }),
      ...(data.length === 0 ? {} : { answer: readAnswer(data) }),
      ...(conversation.dataAt === undefined
        ? {}
        : { answeredAt: Math.round(startedAt + conversation.dataAt) }),
    });
  } finally {
    conversation?.destroy();
    phases.stop();
  }
};

/** A stream through another machine has none that we could see. */
const addressOf = (stream: Duplex): string | undefined =>
  stream instanceof Socket ? stream.remoteAddress : undefined;

/** What the conversation takes place on: the connection, or TLS with the proxy on top of it. */
const carrierOf = async (
  socket: Duplex,
  { via }: ProbeTarget,
  limits: ProbeLimits,
  phases: Phases,
): Promise<Duplex | { readonly failed: string }> =>
  via?.kind === "https"
    ? phases.run("prologue", limits.handshake, (cut) => tlsWithProxy(socket, via.host, cut))
    : socket;

/** The proxy without its secret, and what it answered. */
const viaOf = (
  { kind, host, port }: NonNullable<ProbeTarget["via"]>,
  conversation?: Conversation,
): NonNullable<Observation["via"]> => {
  const said = conversation?.prologueBytes();
  const read = kind === "socks5" ? readSocks : readAnswer;
  const answer = said === undefined || said.length === 0 ? undefined : read(said);
  return { host, port, ...(answer === undefined ? {} : { answer }) };
};

/** The longest a timer of Node can be: 2^31 - 1 ms, some 24 days. */
const longest = 2_147_483_647;

const boundedLimits = (limits: Partial<ProbeLimits>): ProbeLimits => {
  const all = { ...defaultLimits, ...limits };
  const bounded = Object.entries(all).map(([name, value]) => [
    name,
    Math.min(Math.max(0, value), longest),
  ]);
  return Object.fromEntries(bounded) as typeof all;
};

/** The name for SNI: no addresses (RFC 6066 section 3), and A-labels for what is not ASCII (RFC 5890 section 2.3.2.1). */
const serverNameOf = ({ servername, host }: ProbeTarget): string => {
  const name = servername ?? host;
  if (isIP(name) !== 0) return "";
  return /^[\x21-\x7e]*$/.test(name) ? name : domainToASCII(name);
};

/** Why a target cannot be asked at all. */
const impossible = ({ port, alpn = [] }: ProbeTarget): string | undefined => {
  if (!Number.isInteger(port) || port < 1 || port > 65_535) return `there is no port ${port}`;
  // RFC 7301 section 3.1: a protocol's name has 1 to 255 octets.
  const wrong = alpn.find((name) => !/^[\x21-\x7e]{1,255}$/.test(name));
  return wrong === undefined ? undefined : `"${wrong}" is no name of a protocol`;
};

const contextOf = (
  target: ProbeTarget,
):
  | { readonly context: SecureContext }
  | { readonly unusable: { readonly code: string; readonly message: string } } => {
  const { cert, key, minVersion = "TLSv1", maxVersion = "TLSv1.3" } = target;
  const message = impossible(target);
  const { groups, signatures } = target;
  if (message !== undefined) return { unusable: { code: "ERR_INVALID_ARG_VALUE", message } };
  try {
    return {
      context: createSecureContext({
        // None, instead of Node's 140 public roots: nothing is verified here, and it saves 4 ms.
        ca: [],
        minVersion,
        maxVersion,
        ciphers: target.ciphers ?? "DEFAULT@SECLEVEL=0",
        ...(groups === undefined ? {} : { ecdhCurve: groups }),
        ...(signatures === undefined ? {} : { sigalgs: signatures }),
        ...(cert === undefined ? {} : { cert: pem(cert) }),
        ...(key === undefined ? {} : { key: pem(key) }),
      }),
    };
  } catch (error) {
    const { code = "", message: why } = error as NodeJS.ErrnoException;
    return { unusable: { code, message: why } };
  }
};

const pem = (text: string | Uint8Array): string | Buffer =>
  typeof text === "string" ? text : Buffer.from(text);

const namesOf = async (
  { host, addresses, via }: ProbeTarget,
  sources: NameSources,
  limits: ProbeLimits,
  phases: Phases,
): Promise<NameResolution> => {
  if (addresses !== undefined)
    return {
      addresses: addresses.filter((address) => isIP(address) !== 0),
      source: "given",
      servers: [],
      queries: [],
      milliseconds: 0,
    };
  return phases.run("dns", limits.dns, (cut) =>
    resolveHost(via?.host ?? host, sources, limits.dns, cut),
  );
};
