import type { Address } from "../model/estate.ts";

/**
 * Reads a host name or an IP address. Undefined for what is neither: a port, a URL, a space,
 * or digits and dots that are no IPv4 address ("10.240.1"), which no resolver would take for a name either.
 */
export const readAddress = (text: string): Address | undefined => {
  if (isIp4(text)) return { kind: "ip4", value: text };
  if (isIp6(text)) return { kind: "ip6", value: text.toLowerCase() };
  return isHostName(text) ? { kind: "dns", value: text.toLowerCase() } : undefined;
};

const isIp4 = (text: string): boolean =>
  /^\d{1,3}(\.\d{1,3}){3}$/.test(text) && text.split(".").every((part) => Number(part) <= 255);

/** RFC 4291 section 2.2, forms 1 and 2. */
const isIp6 = (text: string): boolean => {
  const halves = text.split("::");
  if (halves.length > 2) return false;
  const groups = halves.flatMap((half) => (half === "" ? [] : half.split(":")));
  return (
    groups.every((group) => /^[0-9a-f]{1,4}$/i.test(group)) &&
    (halves.length === 2 ? groups.length < 8 : groups.length === 8)
  );
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
