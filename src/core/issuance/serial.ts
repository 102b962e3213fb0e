import { failure } from "../errors/certwright-error.ts";

/** RFC 5280 section 4.1.2.2: at most 20 octets, positive. */
export const serialOctets = 20;

/**
 * A serial number of 20 random octets. The top bit is cleared (positive) and the next one set, so that every serial
 * has the same length and none begins with a zero octet: 158 random bits, far above the 64 of CA/Browser Forum BR 7.1.
 */
export const serialOf = (random: Uint8Array): Uint8Array => {
  if (random.length < serialOctets)
    throw failure("issuance.serial-short", { octets: random.length });
  const serial = random.slice(0, serialOctets);
  serial[0] = (serial[0]! & 0x3f) | 0x40;
  return serial;
};
