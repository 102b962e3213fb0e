import type { Connection, Handshake, Observation, Phase } from "../tls/observation.ts";
import type { Case } from "./case.ts";
import { endpointText, type Endpoint, type Probes } from "./endpoint.ts";
import { locationText } from "./location.ts";

// What several faults of the network ask of a look: how far it got, and how it ended.

/** A look that got as far as a TCP connection with the endpoint, and greeted it with TLS. */
export interface Greeted {
  readonly endpoint: Endpoint;
  /** "etcd-1:2379" */
  readonly where: string;
  readonly main: Observation;
  readonly connection: Connection;
  readonly handshake: Handshake;
  readonly followUps: Probes["followUps"];
}

/** Undefined when there was no connection, or nothing but a proxy's. */
export const greetedOf = ({ endpoint, probes }: Case): Greeted | undefined => {
  if (endpoint === undefined || probes === undefined) return undefined;
  const { main, followUps } = probes;
  const { connection, handshake } = main;
  if (connection === undefined || handshake === undefined) return undefined;
  return { endpoint, where: endpointText(endpoint), main, connection, handshake, followUps };
};

/**
 * Shorter silences prove nothing: a server on another continent takes 300 ms for a round trip, and a busy one
 * some more.
 */
const enoughSilence = 500;

/** The phase that waited in vain, if it waited long enough to mean something. */
export const silenceIn = (main: Observation, name: Phase["name"]): Phase | undefined => {
  const phase = main.phases.find((one) => one.name === name);
  if (phase === undefined || (phase.ended !== "timeout" && phase.ended !== "deadline"))
    return undefined;
  return phase.end - phase.start >= enoughSilence ? phase : undefined;
};

/** "3.5 s" */
export const secondsText = (milliseconds: number): string =>
  milliseconds < 1000 ? `${Math.round(milliseconds)} ms` : `${(milliseconds / 1000).toFixed(1)} s`;

/** The server gave no byte, no alert, and ended the connection itself. */
export const leftWithoutAWord = ({ connection, handshake }: Greeted): boolean =>
  !handshake.completed && handshake.alert === undefined && connection.received === 0;

/** "127.0.0.1:2379 accepted the connection after 0.2 ms; 517 octets were sent, none came back" */
export const exchangeText = ({
  where,
  connection,
  main,
}: Pick<Greeted, "where" | "connection" | "main">): string => {
  const connected = main.attempts.find(({ outcome }) => outcome === "connected");
  const after = connected === undefined ? "" : ` after ${connected.milliseconds} ms`;
  const came = connection.received === 0 ? "none" : String(connection.received);
  return `${where} (${connection.address}) accepted the connection${after}; ${connection.sent} octets ${main.handshake === undefined ? "" : "of our ClientHello "}were sent, ${came} came back`;
};

export const writtenText = (endpoint: Endpoint): string =>
  `the endpoint "${endpoint.written}" is written in ${locationText(endpoint.source)}`;

/** Whether what came for the plain request, without TLS, is HTTP; its status line. */
export const plainAnswer = ({ plain }: Probes["followUps"]): string | undefined =>
  plain?.answer?.first.kind === "http" ? (plain.answer.statusLine ?? "HTTP") : undefined;
