import { latin1Of } from "../bytes/utf8.ts";
import { alertName } from "./alerts.ts";

/** What a peer seems to be, from the first bytes it sent. `text` is its own words, printable and short. */
export type FirstBytes =
  | { readonly kind: "nothing" }
  | { readonly kind: "tls-handshake" }
  | { readonly kind: "tls-alert"; readonly number: number; readonly name: string }
  | { readonly kind: "http"; readonly status?: number; readonly text: string }
  /** A frame of HTTP/2 without the preface's answer being asked for: SETTINGS. */
  | { readonly kind: "http2" }
  | {
      readonly kind: "ssh" | "smtp-or-ftp" | "imap" | "pop3" | "redis" | "vnc";
      readonly text: string;
    }
  | { readonly kind: "mysql"; readonly text: string }
  /**
   * Answer to an SSLRequest: "S" will talk TLS, "N" will not. To a StartupMessage: "R" wants a proof of who we are, or
   * none. "E" is an error message.
   */
  | { readonly kind: "postgresql"; readonly answer: "S" | "N" | "E" | "R"; readonly text: string }
  | { readonly kind: "telnet" }
  | { readonly kind: "text" | "binary"; readonly text: string };

/** How much of a peer's words is shown; a banner line of SSH may have 255 octets (RFC 4253 section 4.2). */
const maxText = 255;

/** The first line, what is not printable ASCII shown as "." so that a terminal stays what it was. */
const lineOf = (text: string): string =>
  (text.split(/[\r\n]/, 1)[0] ?? "").slice(0, maxText).replaceAll(/[^\x20-\x7e]/g, ".");

/** Texts with which a peer that speaks first, or answers nonsense, gives itself away. */
const banners: readonly (readonly [
  RegExp,
  "ssh" | "smtp-or-ftp" | "imap" | "pop3" | "redis" | "vnc",
])[] = [
  [/^SSH-\d/, "ssh"],
  [/^(?:220|421|500|501|502|554)[ -]/, "smtp-or-ftp"],
  [/^\* (?:OK|BYE|PREAUTH|BAD)/, "imap"],
  [/^\+OK|^-ERR .*(?:POP|command)/i, "pop3"],
  [/^-(?:ERR|DENIED|NOAUTH|LOADING)/, "redis"],
  [/^RFB \d{3}\.\d{3}/, "vnc"],
];

/** MySQL's first packet: 3 octets length, sequence 0, then protocol 10 and the version, or 255 and an error. */
const mysqlOf = (bytes: Uint8Array, text: string): string | undefined => {
  const length = (bytes[0] ?? 0) | ((bytes[1] ?? 0) << 8) | ((bytes[2] ?? 0) << 16);
  if (bytes.length < 7 || bytes[3] !== 0 || length < 3 || length > 4096) return undefined;
  if (bytes[4] === 10) {
    const version = /^[0-9][^\0]*(?=\0)/.exec(text.slice(5))?.[0];
    return version === undefined ? undefined : lineOf(version);
  }
  // Error packet: 2 octets number, then the text, "Host '…' is not allowed to connect to this MySQL server".
  return bytes[4] === 255 ? lineOf(text.slice(7).replace(/^#[0-9A-Z]{5}/, "")) : undefined;
};

const postgresqlOf = (bytes: Uint8Array, text: string): FirstBytes | undefined => {
  if (bytes.length === 1 && (text === "S" || text === "N"))
    return { kind: "postgresql", answer: text, text };
  // ErrorResponse: "E", 4 octets length, then fields of which the first is the severity "S".
  if (text.startsWith("E\0\0") && bytes[5] === 0x53)
    return { kind: "postgresql", answer: "E", text: lineOf(text.slice(5).replaceAll("\0", " ")) };
  // AuthenticationOk, AuthenticationSASL and the like: "R", 4 octets length, 4 octets kind.
  if (text.startsWith("R\0\0") && bytes.length >= 9 && text.slice(5, 8) === "\0\0\0")
    return { kind: "postgresql", answer: "R", text: `authentication request ${bytes[8]}` };
  return undefined;
};

/**
 * Says what a peer is from the first bytes it sent, TLS or not (a PostgreSQL that answered an SSLRequest
 * as well as an SSH server that spoke before us). Looks at no more than the first 512 octets.
 */
export const classifyFirstBytes = (bytes: Uint8Array): FirstBytes => {
  if (bytes.length === 0) return { kind: "nothing" };
  const text = latin1Of(bytes, 0, Math.min(bytes.length, 512));
  const record = bytes.length < 2 || bytes[1] === 3;
  if (bytes[0] === 22 && record) return { kind: "tls-handshake" };
  if (bytes[0] === 21 && bytes[1] === 3 && bytes.length >= 7)
    return { kind: "tls-alert", number: bytes[6]!, name: alertName(bytes[6]!) };
  if (/^HTTP\/\d/.test(text)) {
    const status = /^HTTP\/\d(?:\.\d)? (\d{3})\b/.exec(text)?.[1];
    return {
      kind: "http",
      ...(status === undefined ? {} : { status: Number(status) }),
      text: lineOf(text),
    };
  }
  // Servers older than HTTP/1.0, and some proxies, answer nonsense with a bare page.
  if (/^\s*<(?:!doctype html|html|\?xml|head|center)/i.test(text))
    return { kind: "http", text: lineOf(text.trimStart()) };
  // Length of 0 to 255, type 4 (SETTINGS), stream 0 (RFC 9113 sections 4.1 and 6.5).
  if (
    bytes.length >= 9 &&
    bytes[0] === 0 &&
    bytes[1] === 0 &&
    bytes[3] === 4 &&
    bytes[2]! % 6 === 0
  )
    if (text.slice(5, 9) === "\0\0\0\0") return { kind: "http2" };
  for (const [pattern, kind] of banners)
    if (pattern.test(text)) return { kind, text: lineOf(text) };
  const postgresql = postgresqlOf(bytes, text);
  if (postgresql !== undefined) return postgresql;
  const mysql = mysqlOf(bytes, text);
  if (mysql !== undefined) return { kind: "mysql", text: mysql };
  // IAC followed by WILL, WONT, DO or DONT (RFC 854).
  if (bytes[0] === 255 && (bytes[1] ?? 0) >= 251 && (bytes[1] ?? 0) <= 254)
    return { kind: "telnet" };
  const readable = /^[\t\n\r\x20-\x7e]+$/.test(text);
  return { kind: readable ? "text" : "binary", text: lineOf(text) };
};
