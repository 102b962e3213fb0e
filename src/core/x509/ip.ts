const parseV4 = (text: string): Uint8Array | undefined => {
  const parts = text.split(".");
  if (parts.length !== 4) return undefined;
  const bytes = new Uint8Array(4);
  for (const [i, part] of parts.entries()) {
    // No leading zeros: "010" is 8 to inet_aton and 10 to others.
    if (!/^(0|[1-9][0-9]{0,2})$/.test(part) || Number(part) > 255) return undefined;
    bytes[i] = Number(part);
  }
  return bytes;
};

const parseV6 = (text: string): Uint8Array | undefined => {
  const halves = text.split("::");
  if (halves.length > 2) return undefined;
  const groupsOf = (half: string): number[] | undefined => {
    if (half === "") return [];
    const groups: number[] = [];
    const parts = half.split(":");
    for (const [i, part] of parts.entries()) {
      if (part.includes(".")) {
        const v4 = i === parts.length - 1 ? parseV4(part) : undefined;
        if (v4 === undefined) return undefined;
        groups.push((v4[0]! << 8) | v4[1]!, (v4[2]! << 8) | v4[3]!);
      } else {
        if (!/^[0-9a-fA-F]{1,4}$/.test(part)) return undefined;
        groups.push(Number.parseInt(part, 16));
      }
    }
    return groups;
  };
  const left = groupsOf(halves[0]!);
  const right = halves.length === 2 ? groupsOf(halves[1]!) : [];
  if (left === undefined || right === undefined) return undefined;
  // An embedded IPv4 address may only stand at the very end of the whole address.
  if (halves.length === 2 && halves[0]!.includes(".")) return undefined;
  const missing = 8 - left.length - right.length;
  if (halves.length === 2 ? missing < 1 : missing !== 0) return undefined;
  const groups = [...left, ...Array.from({ length: missing }, () => 0), ...right];
  return Uint8Array.from(groups.flatMap((group) => [group >> 8, group & 0xff]));
};

/** 4 or 16 octets of an address in text (RFC 4291 section 2.2 for IPv6; no zone); undefined for anything else. */
export const parseIp = (text: string): Uint8Array | undefined => {
  if (text.length > 45) return undefined;
  return text.includes(":") ? parseV6(text) : parseV4(text);
};

/** 8 or 32 octets, address and mask, of "10.0.0.0/8" (RFC 5280 section 4.2.1.10); bits behind the prefix become zero. */
export const parseIpRange = (text: string): Uint8Array | undefined => {
  const slash = text.indexOf("/");
  const address = slash < 0 ? undefined : parseIp(text.slice(0, slash));
  const prefix = text.slice(slash + 1);
  if (address === undefined || !/^(0|[1-9][0-9]{0,2})$/.test(prefix)) return undefined;
  const bits = Number(prefix);
  if (bits > address.length * 8) return undefined;
  const range = new Uint8Array(address.length * 2);
  for (let i = 0; i < address.length; i++) {
    const ones = Math.max(0, Math.min(8, bits - 8 * i));
    const mask = (0xff00 >> ones) & 0xff;
    range[i] = address[i]! & mask;
    range[address.length + i] = mask;
  }
  return range;
};

const formatV6 = (bytes: Uint8Array): string => {
  const groups: number[] = [];
  for (let i = 0; i < 16; i += 2) groups.push((bytes[i]! << 8) | bytes[i + 1]!);
  // RFC 5952 section 4.2: the longest run of two or more zero groups, the first of equals.
  let best = -1;
  let bestLength = 1;
  for (let i = 0; i < 8; i++) {
    let length = 0;
    while (i + length < 8 && groups[i + length] === 0) length += 1;
    if (length > bestLength) {
      best = i;
      bestLength = length;
    }
    i += length;
  }
  const hex = (part: readonly number[]): string => part.map((g) => g.toString(16)).join(":");
  if (best < 0) return hex(groups);
  return `${hex(groups.slice(0, best))}::${hex(groups.slice(best + bestLength))}`;
};

/** Decimal digits of each octet; joined, they are half the cost of a template. */
const decimal: readonly string[] = Array.from({ length: 256 }, (_, octet) => String(octet));
const decimalDot: readonly string[] = decimal.map((digits) => `${digits}.`);

/** Text of an address of 4 or 16 octets, IPv6 as in RFC 5952; undefined for another length. */
export const formatIp = (bytes: Uint8Array): string | undefined => {
  if (bytes.length === 4)
    return (
      decimalDot[bytes[0]!]! + decimalDot[bytes[1]!]! + decimalDot[bytes[2]!]! + decimal[bytes[3]!]!
    );
  return bytes.length === 16 ? formatV6(bytes) : undefined;
};

/** Number of leading ones of a mask, or undefined when a one follows a zero. */
export const prefixOfMask = (mask: Uint8Array): number | undefined => {
  let bits = 0;
  let ended = false;
  for (const octet of mask)
    for (let bit = 7; bit >= 0; bit--) {
      const one = ((octet >> bit) & 1) === 1;
      if (one && ended) return undefined;
      if (one) bits += 1;
      else ended = true;
    }
  return bits;
};

/** "10.0.0.0/8" of 8 or 32 octets; the mask in address form when it is no prefix; undefined for another length. */
export const formatIpRange = (bytes: Uint8Array): string | undefined => {
  if (bytes.length !== 8 && bytes.length !== 32) return undefined;
  const half = bytes.length / 2;
  const mask = bytes.subarray(half);
  return `${formatIp(bytes.subarray(0, half))}/${prefixOfMask(mask) ?? formatIp(mask)}`;
};
