import { equalRanges, viewOf } from "../bytes/compare.ts";

/**
 * Why the octets are no object identifier, or undefined when they are one (X.690 section 8.19).
 */
export const oidFault = (bytes: Uint8Array, start: number, end: number): string | undefined => {
  if (start === end) return "an object identifier has no octets";
  if (bytes[end - 1]! >= 0x80) return "an object identifier is cut off within an arc";
  let first = true;
  for (let i = start; i < end; i++) {
    if (first && bytes[i] === 0x80)
      return "an arc of an object identifier has a leading zero (X.690 section 8.19.2)";
    first = bytes[i]! < 0x80;
  }
  return undefined;
};

/** Dotted text of an object identifier's content octets, which {@link oidFault} found to be right. */
const dotted = (bytes: Uint8Array, start: number, end: number): string => {
  let text = "";
  let arc = 0;
  let big = 0n;
  for (let i = start; i < end; i++) {
    const octet = bytes[i]!;
    // Arcs have no upper bound (UUID-based ones need 128 bits); above 2^46 another 7 bits may not fit a double.
    if (big > 0n || arc > 2 ** 46)
      big = ((big > 0n ? big : BigInt(arc)) << 7n) | BigInt(octet & 0x7f);
    else arc = arc * 128 + (octet & 0x7f);
    if (octet >= 0x80) continue;
    if (text === "") {
      const root = big > 0n || arc >= 80 ? 2 : arc >= 40 ? 1 : 0;
      text = `${root}.${big > 0n ? big - 80n : BigInt(arc - 40 * root)}`;
    } else {
      text += `.${big > 0n ? big : arc}`;
    }
    arc = 0;
    big = 0n;
  }
  return text;
};

/**
 * Texts of identifiers seen before, found by a hash of their octets: a certificate names about twenty,
 * nearly always the same ones, and decoding them anew was a fifth of the parsing time.
 * One entry a slot, so that the table never grows, whatever the input.
 */
const slots: ({ readonly octets: Uint8Array; readonly text: string } | undefined)[] = Array.from({
  length: 512,
});

/** Longest identifier that is remembered. */
const maxRemembered = 16;

/** Dotted text of valid content octets. Equal identifiers usually give the same string object. */
export const oidText = (bytes: Uint8Array, start: number, end: number): string => {
  const length = end - start;
  if (length > maxRemembered) return dotted(bytes, start, end);
  let hash = length;
  for (let i = start; i < end; i++) hash = (Math.imul(hash, 31) + bytes[i]!) | 0;
  const slot = (hash ^ (hash >>> 9)) & 511;
  const known = slots[slot];
  if (
    known !== undefined &&
    known.octets.length === length &&
    equalRanges(known.octets, 0, bytes, start, length)
  )
    return known.text;
  const text = dotted(bytes, start, end);
  slots[slot] = { octets: viewOf(bytes, start, end).slice(), text };
  return text;
};

const dottedForm = /^[012](\.(0|[1-9][0-9]*))+$/;

/** Content octets of a dotted object identifier; undefined when the text is none. */
export const oidOctets = (text: string): Uint8Array | undefined => {
  if (text.length > 512 || !dottedForm.test(text)) return undefined;
  const arcs = text.split(".").map(BigInt);
  const root = arcs[0]!;
  if (root < 2n && arcs[1]! >= 40n) return undefined;
  const octets: number[] = [];
  for (const [index, arc] of arcs.entries()) {
    if (index === 0) continue;
    let rest = index === 1 ? root * 40n + arc : arc;
    const group: number[] = [Number(rest & 0x7fn)];
    for (rest >>= 7n; rest > 0n; rest >>= 7n) group.unshift(Number(rest & 0x7fn) | 0x80);
    octets.push(...group);
  }
  return Uint8Array.from(octets);
};
