import { Socket } from "node:net";
import { alertName, alertNumberIn, closeNotify, type Alert } from "../../core/tls/alerts.ts";
import { classifyFirstBytes } from "../../core/tls/first-bytes.ts";
import { readFlight, type Flight } from "../../core/tls/flight.ts";
import type { Connection, Handshake } from "../../core/tls/observation.ts";
import type { Conversation } from "./conversation.ts";
import { serverProtection } from "./record-protection.ts";

/** The TCP side of a conversation; times count from `connectedAt`, which is the probe's time of connecting. */
export const connectionOf = (
  conversation: Conversation,
  address: string,
  connectedAt: number,
  now: number,
): Connection => ({
  address,
  localAddress:
    (conversation.socket instanceof Socket ? conversation.socket.localAddress : undefined) ?? "",
  sent: conversation.sent,
  received: conversation.received,
  first: classifyFirstBytes(conversation.serverBytes()),
  ...(conversation.firstByteAt === undefined
    ? {}
    : { firstByteAfter: hundredths(conversation.firstByteAt - connectedAt) }),
  end: conversation.end ?? { how: "open", at: now },
});

const hundredths = (milliseconds: number): number => Math.round(milliseconds * 100) / 100;

/** Everything the server said in TLS so far, its TLS 1.3 records opened. */
export const flightOf = (conversation: Conversation): Flight => {
  const bytes = new Uint8Array(conversation.serverBytes());
  const cipher = readFlight(bytes).hello?.cipherCode;
  if (cipher === undefined || conversation.secrets.handshake === undefined)
    return readFlight(bytes);
  return readFlight(bytes, serverProtection(cipher, conversation.secrets));
};

/** The TLS side of a conversation. */
export const handshakeOf = (
  conversation: Conversation,
  connectedAt: number,
  certificateGiven: boolean,
): Handshake => {
  const flight = flightOf(conversation);
  const completed = conversation.securedAt !== undefined;
  const { error, tls } = conversation;
  const told = alertTold(flight.alerts, error?.message ?? "", completed);
  const cipher = completed ? tls?.getCipher().standardName : undefined;
  const group = flight.group;
  const named = flight.hello?.cipher;
  return {
    completed,
    ...(conversation.securedAt === undefined
      ? {}
      : { milliseconds: hundredths(conversation.securedAt - connectedAt) }),
    ...(flight.hello === undefined ? {} : { version: flight.hello.versionName }),
    ...((cipher ?? named) === undefined ? {} : { cipher: cipher ?? named! }),
    ...(group === undefined ? {} : { group }),
    ...(flight.alpn === undefined ? {} : { alpn: flight.alpn }),
    flight,
    ...(told === undefined ? {} : { alert: told }),
    ...(error === undefined || told !== undefined || isEnd(error.code)
      ? {}
      : { localError: error }),
    closeNotify:
      flight.alerts.some(({ number }) => number === closeNotify) || flight.encryptedAlerts > 0,
    presented: certificateGiven && flight.certificateRequest !== undefined,
  };
};

/** Node's word for a connection that ended in mid-handshake; {@link Connection.end} tells that better. */
const isEnd = (code: string): boolean => code === "ECONNRESET" || code === "EPIPE";

const alertTold = (
  alerts: readonly Alert[],
  message: string,
  completed: boolean,
): Alert | undefined => {
  const read = alerts.find(({ number, level }) => number !== closeNotify && level !== 1);
  if (read !== undefined) {
    const { level, number, name, time } = read;
    return { ...(level === undefined ? {} : { level }), number, name, time };
  }
  const number = alertNumberIn(message);
  if (number === undefined) return undefined;
  return {
    number,
    name: alertName(number),
    time: completed ? "after-handshake" : "during-handshake",
  };
};
