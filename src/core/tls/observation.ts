import type { Instant } from "../model/certificate.ts";
import type { Alert } from "./alerts.ts";
import type { FirstBytes } from "./first-bytes.ts";
import type { Flight } from "./flight.ts";
import type { Answer } from "./http-answer.ts";

export type TlsVersion = "TLSv1" | "TLSv1.1" | "TLSv1.2" | "TLSv1.3";

/** What to reach and how to introduce ourselves. Plain data; nothing here is verified. */
export interface ProbeTarget {
  /** Name or IP address (IPv6 without brackets). */
  readonly host: string;
  readonly port: number;
  /** Connect to these instead of resolving `host`. */
  readonly addresses?: readonly string[];
  /** SNI; defaults to `host` unless that is an IP address (RFC 6066 section 3). "" sends none. */
  readonly servername?: string;
  /** Protocols offered by ALPN; defaults to what `request` speaks. */
  readonly alpn?: readonly string[];
  readonly minVersion?: TlsVersion;
  readonly maxVersion?: TlsVersion;
  /** OpenSSL cipher list; "DEFAULT@SECLEVEL=0" with minVersion "TLSv1" reaches old servers. */
  readonly ciphers?: string;
  /** Key exchange groups to offer in place of OpenSSL's, in its notation: "X25519:P-256". */
  readonly groups?: string;
  /** Signature algorithms to offer in place of OpenSSL's, in its notation: "RSA+SHA1:ECDSA+SHA256". */
  readonly signatures?: string;
  /**
   * Proxy to go through: its name is resolved, and it is asked for a tunnel by CONNECT (RFC 9110 section 9.3.6, RFC 1928).
   * "https": by an HTTP proxy that is itself spoken to in TLS; its certificate is not judged.
   */
  readonly via?: {
    readonly kind: "http" | "https" | "socks5";
    readonly host: string;
    readonly port: number;
    /** A secret. */
    readonly login?: { readonly user: string; readonly password: string };
  };
  /** PEM of our certificate, with its chain as the file has it: that, and no more, is sent. */
  readonly cert?: string | Uint8Array;
  /** PEM of its unencrypted private key. */
  readonly key?: string | Uint8Array;
  /** "tls" shakes hands; "plain" sends the request without TLS, to see what such a server would say. */
  readonly layer?: "tls" | "plain";
  /**
   * Sent before anything else: a PROXY header, PostgreSQL's SSLRequest. With `expect`, as many octets are read,
   * and TLS begins when they are these.
   */
  readonly prologue?: { readonly send: Uint8Array; readonly expect?: Uint8Array };
  /**
   * One harmless request behind the handshake. "http1": GET of `path`; "http2": preface and SETTINGS, no request.
   * Absent: we only listen, long enough for a late alert when the server asked for a certificate.
   */
  readonly request?:
    | {
        readonly kind: "http1";
        readonly path: string;
        /** By name, besides those of every request. */
        readonly headers?: Readonly<Record<string, string>>;
        /** A header that only this peer may see: it is left out when the peer shows another certificate. */
        readonly secret?: { readonly authorization: string; readonly onlyFor: Uint8Array };
      }
    | { readonly kind: "http2" }
    /** StartupMessage, behind which PostgreSQL says what it wants of this user, or why it wants none. */
    | { readonly kind: "postgres"; readonly user: string; readonly database: string };
}

/** Milliseconds. Every phase has its own, all of them end at `deadline`. */
export interface ProbeLimits {
  readonly deadline: number;
  readonly dns: number;
  /** For one address; a next one is tried sooner. */
  readonly connect: number;
  readonly handshake: number;
  /** How long we listen for a late alert when no request is sent and a certificate was asked for; 0: not at all. */
  readonly settle: number;
  readonly answer: number;
}

export type PhaseName = "dns" | "connect" | "prologue" | "handshake" | "settle" | "answer";

/** How one phase went. */
export interface Phase {
  readonly name: PhaseName;
  /** Milliseconds since the probe began. */
  readonly start: number;
  readonly end: number;
  /**
   * "done": what was wanted came. "failed": it never will (refused, reset, ended, alert). "timeout": the
   * phase's own timer, "deadline": the probe's, "aborted": the caller's signal, "limit": too many bytes.
   */
  readonly ended: "done" | "failed" | "timeout" | "deadline" | "aborted" | "limit";
  /** What was still being waited for when a timer or the caller ended it: "the server's first byte". */
  readonly awaited?: string;
}

export interface NameResolution {
  /** In the order in which they are tried. */
  readonly addresses: readonly string[];
  /** Where they come from. "loopback" is the name localhost without an entry (RFC 6761 section 6.3). */
  readonly source: "literal" | "given" | "hosts-file" | "dns" | "loopback" | "none";
  /** Name servers asked. */
  readonly servers: readonly string[];
  /** Names asked in order, search list applied, each with the error that ended it (ENOTFOUND, ETIMEOUT …). */
  readonly queries: readonly { readonly name: string; readonly error?: string }[];
  readonly milliseconds: number;
}

export interface ConnectAttempt {
  readonly address: string;
  readonly family: 4 | 6;
  /** "filtered": no answer within the time it had; "untried": another one was faster. */
  readonly outcome:
    | "connected"
    | "refused"
    | "filtered"
    | "unreachable"
    | "reset"
    | "failed"
    | "untried";
  /** The system's error, ECONNREFUSED. */
  readonly code?: string;
  readonly milliseconds: number;
}

/** How the TCP connection was when we left it. */
export interface ConnectionEnd {
  /** "open": we closed it; "fin": the peer ended its side; "reset": it broke. */
  readonly how: "open" | "fin" | "reset";
  /** Milliseconds since the probe began. */
  readonly at: number;
  readonly code?: string;
}

export interface Connection {
  readonly address: string;
  readonly localAddress: string;
  readonly sent: number;
  readonly received: number;
  /** What the peer is by its first bytes behind the prologue; when the prologue's answer was not the expected one, by that. */
  readonly first: FirstBytes;
  /** Milliseconds from connecting to the first byte. */
  readonly firstByteAfter?: number;
  readonly end: ConnectionEnd;
}

/** The TLS part, as far as it got. */
export interface Handshake {
  /** Our side was satisfied: in TLS 1.3 this says nothing about our certificate (RFC 8446 section 4.4.4: the server has not read it yet). */
  readonly completed: boolean;
  /** Milliseconds from the connection to completion. */
  readonly milliseconds?: number;
  readonly version?: string;
  readonly cipher?: string;
  readonly group?: string;
  readonly alpn?: string;
  /** What the server sent in its own words. */
  readonly flight: Flight;
  /** The server's fatal alert, from its bytes or (TLS 1.2, encrypted) from the platform's error. */
  readonly alert?: Alert;
  /** Why the platform gave up, with its own code and text, when that was not the server's alert. */
  readonly localError?: { readonly code: string; readonly message: string };
  /** The server closed the TLS layer in order (close_notify). */
  readonly closeNotify: boolean;
  /** We sent a certificate: one was given, and the server asked. */
  readonly presented: boolean;
}

/** Everything one probe saw. */
export interface Observation {
  readonly host: string;
  readonly port: number;
  readonly servername?: string;
  readonly startedAt: Instant;
  readonly milliseconds: number;
  readonly phases: readonly Phase[];
  readonly names: NameResolution;
  readonly attempts: readonly ConnectAttempt[];
  readonly connection?: Connection;
  /** The proxy that was asked for a tunnel, with its answer; names and attempts are the proxy's then. */
  readonly via?: {
    readonly host: string;
    readonly port: number;
    readonly answer?: Answer;
    /** Why it could not even be asked: its TLS handshake failed. */
    readonly failed?: string;
  };
  readonly handshake?: Handshake;
  /** What came for the request, or unasked behind the handshake; absent when nothing did. */
  readonly answer?: Answer;
  /** When the answer's first byte came, our clock: to hold against its Date. */
  readonly answeredAt?: Instant;
  /**
   * What was asked for cannot be done, and no connection was made: a certificate or key that OpenSSL cannot use
   * (its code and text), an unknown cipher list, a port that is none.
   */
  readonly unusable?: { readonly code: string; readonly message: string };
}
