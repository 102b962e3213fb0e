import { asciiBytes } from "../bytes/utf8.ts";
import { parseIp } from "../x509/ip.ts";
import type { Answer } from "./http-answer.ts";

// SOCKS version 5 (RFC 1928), with user name and password (RFC 1929) when there are any.

export interface SocksLogin {
  readonly user: string;
  readonly password: string;
}

/** The ways to log in that we have: none, and a password when there is one. */
export const socksGreeting = (login: SocksLogin | undefined): Uint8Array =>
  login === undefined ? new Uint8Array([5, 1, 0]) : new Uint8Array([5, 2, 0, 2]);

/** Its parts have 255 octets at most (RFC 1929 section 2). */
export const socksLogin = ({ user, password }: SocksLogin): Uint8Array => {
  const [name, word] = [asciiBytes(user.slice(0, 255)), asciiBytes(password.slice(0, 255))];
  return new Uint8Array([1, name.length, ...name, word.length, ...word]);
};

/** CONNECT; a name is left to the proxy to resolve, as Go's clients do. */
export const socksRequest = (host: string, port: number): Uint8Array => {
  const address = parseIp(host);
  const name = asciiBytes(host.slice(0, 255));
  const where =
    address === undefined ? [3, name.length, ...name] : [address.length === 4 ? 1 : 4, ...address];
  return new Uint8Array([5, 1, 0, ...where, port >> 8, port & 255]);
};

/** Octets of a reply of which the first five are there: its address is as long as its kind says. */
export const socksReplyLength = (start: Uint8Array): number => {
  const address = { 1: 4, 3: 1 + (start[4] ?? 0), 4: 16 }[start[3] ?? 0] ?? 0;
  return 4 + address + 2;
};

/** RFC 1928 section 6, with the status that an HTTP proxy has for the same. */
const replies: readonly (readonly [status: number, text: string])[] = [
  [200, "succeeded"],
  [502, "general SOCKS server failure"],
  [403, "connection not allowed by ruleset"],
  [502, "network unreachable"],
  [502, "host unreachable"],
  [502, "connection refused"],
  [504, "TTL expired"],
  [502, "command not supported"],
  [502, "address type not supported"],
];

/** All that a proxy said, as the answer of an HTTP proxy; undefined when it is not whole, or no SOCKS5. */
export const readSocks = (bytes: Uint8Array): Answer | undefined => {
  const answer = (status: number, text: string): Answer => ({
    first: { kind: "binary", text: "" },
    status,
    statusLine: `SOCKS5: ${text}`,
    headers: {},
    body: "",
    complete: true,
  });
  const method = bytes[1];
  if (bytes[0] !== 5 || method === undefined) return undefined;
  if (method === 255) return answer(407, "none of our ways to log in is accepted");
  const rest = method === 2 ? bytes.subarray(4) : bytes.subarray(2);
  if (method === 2 && bytes[3] !== undefined && bytes[3] !== 0)
    return answer(407, "user name or password is wrong");
  const code = rest[1];
  if (code === undefined) return undefined;
  const [status, text] = replies[code] ?? [502, "failed"];
  return answer(status, `${text} (${code})`);
};
