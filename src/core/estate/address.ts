import { formatIp, parseIp } from "../x509/ip.ts";
import type { Address } from "../model/estate.ts";

/**
 * Reads a host name or an IP address. Undefined for what is neither: a port, a URL, a space,
 * or digits and dots that are no IPv4 address ("10.240.1"), which no resolver would take for a name either.
 */
export const readAddress = (text: string): Address | undefined => {
  const bytes = parseIp(text);
  if (bytes !== undefined) {
    return { kind: bytes.length === 4 ? "ip4" : "ip6", value: formatIp(bytes)! };
  }
  return isHostName(text) ? { kind: "dns", value: text.toLowerCase() } : undefined;
};

/** RFC 1123 section 2.1; the last label is not all digits, so that a shortened IPv4 address is no name. */
const isHostName = (text: string): boolean =>
  text.length <= 253 &&
  /^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)*[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/i.test(text) &&
  !/(^|\.)\d+$/.test(text);

/** As it stands in a URL (RFC 3986 section 3.2.2). */
export const urlHost = (address: Address): string =>
  address.kind === "ip6" ? `[${address.value}]` : address.value;

export const isLoopback = (address: Address): boolean =>
  address.kind === "ip4"
    ? address.value.startsWith("127.")
    : address.kind === "ip6"
      ? address.value === "::1"
      : address.value === "localhost";
