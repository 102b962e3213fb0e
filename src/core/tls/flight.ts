import { viewOf } from "../bytes/compare.ts";
import { alertName, type Alert } from "./alerts.ts";
import { maxAlerts, maxMessageBytes, maxMessages, maxRecordBytes, maxRecords } from "./budgets.ts";
import {
  bodyOf,
  readCertificate,
  readCertificateRequest,
  readCertificateStatus,
  readEncryptedExtensions,
  readKeyExchangeGroup,
  readServerHello,
  type CertificateRequest,
  type ServerHello,
} from "./messages.ts";
import { messageName, tls13 } from "./names.ts";
import type { Malformed } from "./octets.ts";

/**
 * Takes the protection off one TLS 1.3 record. `epoch` says which traffic secret of the server: that of
 * the handshake, or the n-th of the application (n grows with each KeyUpdate, RFC 8446 section 7.2).
 * Resolves to content, type octet and padding together, or undefined when it cannot.
 */
export type Unprotect = (
  epoch: "handshake" | number,
  sequence: number,
  header: Uint8Array,
  body: Uint8Array,
) => Uint8Array | undefined;

export interface FlightMessage {
  /** "ServerHello", "Certificate", … */
  readonly name: string;
  /** Octets, header included. */
  readonly length: number;
  /** Where in the server's bytes the record begins that holds the message's first octet. */
  readonly offset: number;
}

/** Bytes that end in the middle of something: what was awaited when they stopped. */
export interface CutOff {
  readonly what: "record header" | "record" | "handshake message";
  readonly offset: number;
  readonly have: number;
  readonly want: number;
}

/** Everything a server said in its own words, as far as it could be read. */
export interface Flight {
  readonly hello?: ServerHello;
  /** The server asked for another ClientHello first, with this group. */
  readonly helloRetry?: ServerHello;
  readonly alpn?: string;
  readonly group?: string;
  /** Certificates as sent and in the order sent (DER); undefined when no Certificate message came. */
  readonly chain?: readonly Uint8Array[];
  /** DER of a stapled OCSP response. */
  readonly staple?: Uint8Array;
  /** Present when the server asked for a client certificate. */
  readonly certificateRequest?: CertificateRequest;
  /** It asked only after the handshake (RFC 8446 section 4.6.2). */
  readonly requestAfterHandshake: boolean;
  /** The first hundred messages in order. */
  readonly messages: readonly FlightMessage[];
  /** NewSessionTicket messages that could be read. */
  readonly tickets: number;
  /** The server's Finished was read (TLS 1.3), or its first encrypted message was seen (TLS 1.2). */
  readonly finished: boolean;
  /** Alerts that could be read, each with the offset of its record. close_notify is one of them. */
  readonly alerts: readonly (Alert & { readonly offset: number })[];
  readonly records: number;
  /** Octets of application data: content in TLS 1.3, ciphertext in TLS 1.2. */
  readonly applicationBytes: number;
  /** Alerts of TLS 1.2 that came encrypted; their numbers cannot be read here. */
  readonly encryptedAlerts: number;
  /** Handshake records behind TLS 1.2's Finished: the server wants to negotiate anew. */
  readonly renegotiation: boolean;
  /** Protected records that could not be opened (no keys, or TLS 1.2). */
  readonly opaque: number;
  /** The first thing that is no TLS; nothing behind it was read. */
  readonly malformed?: Malformed;
  readonly cutOff?: CutOff;
}

const changeCipherSpec = 20;
const alert = 21;
const handshake = 22;
const applicationData = 23;
const heartbeat = 24;

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

interface Reading {
  readonly flight: Mutable<Flight> & {
    messages: FlightMessage[];
    alerts: (Alert & { offset: number })[];
  };
  readonly unprotect: Unprotect | undefined;
  /** Protection of the server's records: none, opaque (TLS 1.2), or a TLS 1.3 epoch. */
  protection: "none" | "opaque" | "handshake" | number;
  sequence: number;
  opaqueHandshakes: number;
  /** Octets of a handshake message that continues in the next record, and where it began. */
  pending: Uint8Array;
  pendingOffset: number;
  messageCount: number;
}

const spoil = (reading: Reading, offset: number, why: string): void => {
  reading.flight.malformed ??= { offset, why };
};

const isModern = (reading: Reading): boolean => (reading.flight.hello?.version ?? 0) >= tls13;

const readMessage = (reading: Reading, message: Uint8Array, offset: number): void => {
  const { flight } = reading;
  const type = message[0]!;
  const name = messageName(type);
  if (reading.messageCount++ < maxMessages)
    flight.messages.push({ name, length: message.length, offset });
  else return spoil(reading, offset, `more than ${maxMessages} handshake messages`);
  const body = bodyOf(message);
  const version = flight.hello?.version ?? 0;
  switch (name) {
    case "ServerHello": {
      const hello = readServerHello(body);
      if (body.fault !== undefined) break;
      if (hello.retry && flight.helloRetry === undefined) {
        flight.helloRetry = hello;
        break;
      }
      if (flight.hello !== undefined) return spoil(reading, offset, "a second ServerHello");
      flight.hello = hello;
      if (hello.alpn !== undefined) flight.alpn = hello.alpn;
      if (hello.group !== undefined) flight.group = hello.group;
      if (hello.version >= tls13) reading.protection = "handshake";
      break;
    }
    case "EncryptedExtensions": {
      const { alpn } = readEncryptedExtensions(body);
      if (alpn !== undefined) flight.alpn = alpn;
      break;
    }
    case "Certificate": {
      const { chain, staple } = readCertificate(body, version);
      flight.chain ??= chain;
      if (staple !== undefined) flight.staple ??= staple;
      break;
    }
    case "CertificateStatus": {
      const staple = readCertificateStatus(body);
      if (staple !== undefined) flight.staple ??= staple;
      break;
    }
    case "ServerKeyExchange": {
      // Finite-field exchanges have another grammar that does not say which one it is; the suite does.
      if (flight.hello?.cipher.startsWith("TLS_ECDHE_") !== true) break;
      const group = readKeyExchangeGroup(body);
      if (group !== undefined) flight.group = group;
      break;
    }
    case "CertificateRequest": {
      const request = readCertificateRequest(body, version);
      if (body.fault === undefined && flight.certificateRequest === undefined) {
        flight.certificateRequest = request;
        flight.requestAfterHandshake = flight.finished;
      }
      break;
    }
    case "NewSessionTicket":
      flight.tickets += 1;
      break;
    case "Finished":
      flight.finished = true;
      if (isModern(reading)) nextEpoch(reading);
      break;
    case "KeyUpdate":
      if (isModern(reading)) nextEpoch(reading);
      break;
    default:
  }
  if (body.fault !== undefined)
    spoil(
      reading,
      offset,
      `${name}: ${body.fault.why} (octet ${body.fault.offset} of the message)`,
    );
};

/** RFC 8446 section 5.3: the record sequence number begins at 0 with every new key. */
const nextEpoch = (reading: Reading): void => {
  reading.protection = typeof reading.protection === "number" ? reading.protection + 1 : 0;
  reading.sequence = 0;
};

const joined = (a: Uint8Array, b: Uint8Array): Uint8Array => {
  if (a.length === 0) return b;
  const both = new Uint8Array(a.length + b.length);
  both.set(a);
  both.set(b, a.length);
  return both;
};

/** Messages may share a record and may be spread over several (RFC 8446 section 5.1). */
const readHandshake = (reading: Reading, content: Uint8Array, offset: number): void => {
  if (reading.pending.length === 0) reading.pendingOffset = offset;
  let left = joined(reading.pending, content);
  while (left.length >= 4 && reading.flight.malformed === undefined) {
    const length = 4 + ((left[1]! << 16) | (left[2]! << 8) | left[3]!);
    if (length > maxMessageBytes) {
      spoil(
        reading,
        reading.pendingOffset,
        `${messageName(left[0]!)} of ${length} octets; at most ${maxMessageBytes} are read`,
      );
      break;
    }
    if (left.length < length) break;
    readMessage(reading, viewOf(left, 0, length), reading.pendingOffset);
    left = viewOf(left, length, left.length);
    reading.pendingOffset = offset;
  }
  // A copy, because the view may lie in a buffer that the caller uses again.
  reading.pending = left.slice();
};

const readAlert = (reading: Reading, content: Uint8Array, offset: number): void => {
  const { flight } = reading;
  if (content.length !== 2) return spoil(reading, offset, `an alert of ${content.length} octets`);
  if (flight.alerts.length === maxAlerts)
    return spoil(reading, offset, `more than ${maxAlerts} alerts`);
  flight.alerts.push({
    level: content[0]!,
    number: content[1]!,
    name: alertName(content[1]!),
    time: flight.finished ? "after-handshake" : "during-handshake",
    offset,
  });
};

/** RFC 8446 section 5.2: zeros as padding, the last octet that is none is the content's type. */
const unpad = (inner: Uint8Array): { type: number; content: Uint8Array } => {
  let end = inner.length - 1;
  while (end > 0 && inner[end] === 0) end -= 1;
  return { type: inner[end] ?? 0, content: viewOf(inner, 0, Math.max(end, 0)) };
};

const readContent = (reading: Reading, type: number, content: Uint8Array, offset: number): void => {
  if (type === handshake) readHandshake(reading, content, offset);
  else if (type === alert) readAlert(reading, content, offset);
  else if (type === applicationData) reading.flight.applicationBytes += content.length;
};

/** TLS 1.2 behind ChangeCipherSpec: lengths and types are all there is to see. */
const readOpaque = (reading: Reading, type: number, length: number): void => {
  const { flight } = reading;
  flight.opaque += 1;
  if (type === applicationData) flight.applicationBytes += length;
  if (type === alert) flight.encryptedAlerts += 1;
  if (type !== handshake) return;
  flight.finished = true;
  reading.opaqueHandshakes += 1;
  if (reading.opaqueHandshakes > 1) flight.renegotiation = true;
};

const readRecord = (reading: Reading, bytes: Uint8Array, offset: number, end: number): void => {
  const type = bytes[offset]!;
  const body = viewOf(bytes, offset + 5, end);
  if (type === changeCipherSpec) {
    // In TLS 1.3 it is sent for middleboxes only and means nothing (RFC 8446 appendix D.4).
    if (reading.flight.hello !== undefined && !isModern(reading)) reading.protection = "opaque";
    return;
  }
  if (reading.protection === "none") return readContent(reading, type, body, offset);
  if (reading.protection === "opaque") return readOpaque(reading, type, body.length);
  // A server that failed to make keys alerts in the clear.
  if (type !== applicationData) return readContent(reading, type, body, offset);
  const header = viewOf(bytes, offset, offset + 5);
  const inner = reading.unprotect?.(reading.protection, reading.sequence, header, body);
  if (inner === undefined) {
    reading.flight.opaque += 1;
    return;
  }
  reading.sequence += 1;
  const { type: innerType, content } = unpad(inner);
  readContent(reading, innerType, content, offset);
};

/**
 * Reads all bytes a server sent since the connection was made. Never throws: what cannot be read is said
 * in `malformed` (with its offset), what is not yet complete in `cutOff`. Without `unprotect` a TLS 1.3
 * flight ends at ServerHello and the rest counts as `opaque`.
 */
export const readFlight = (bytes: Uint8Array, unprotect?: Unprotect): Flight => {
  const reading: Reading = {
    flight: {
      messages: [],
      alerts: [],
      tickets: 0,
      finished: false,
      requestAfterHandshake: false,
      renegotiation: false,
      encryptedAlerts: 0,
      records: 0,
      applicationBytes: 0,
      opaque: 0,
    },
    unprotect,
    protection: "none",
    sequence: 0,
    opaqueHandshakes: 0,
    pending: new Uint8Array(0),
    pendingOffset: 0,
    messageCount: 0,
  };
  const { flight } = reading;
  let offset = 0;
  while (offset < bytes.length && flight.malformed === undefined) {
    const have = bytes.length - offset;
    const type = bytes[offset]!;
    if (type < changeCipherSpec || type > heartbeat) {
      spoil(reading, offset, `a record of type ${type}: TLS has 20 to 24`);
      break;
    }
    if (have > 1 && bytes[offset + 1] !== 3) {
      spoil(reading, offset + 1, `a record of version ${bytes[offset + 1]}: TLS has 3`);
      break;
    }
    if (have < 5) {
      flight.cutOff = { what: "record header", offset, have, want: 5 };
      break;
    }
    const length = (bytes[offset + 3]! << 8) | bytes[offset + 4]!;
    if (length > maxRecordBytes) {
      spoil(reading, offset + 3, `a record of ${length} octets; TLS allows ${maxRecordBytes}`);
      break;
    }
    if (have - 5 < length) {
      flight.cutOff = { what: "record", offset, have: have - 5, want: length };
      break;
    }
    if (flight.records === maxRecords) {
      spoil(reading, offset, `more than ${maxRecords} records`);
      break;
    }
    flight.records += 1;
    readRecord(reading, bytes, offset, offset + 5 + length);
    offset += 5 + length;
  }
  const { pending } = reading;
  if (flight.cutOff === undefined && flight.malformed === undefined && pending.length > 0) {
    const want =
      pending.length < 4 ? 4 : 4 + ((pending[1]! << 16) | (pending[2]! << 8) | pending[3]!);
    flight.cutOff = {
      what: "handshake message",
      offset: reading.pendingOffset,
      have: pending.length,
      want,
    };
  }
  return flight;
};
