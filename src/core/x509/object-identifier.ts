import { Recent } from "../bytes/recent.ts";
import { maxOidBytes } from "./budgets.ts";
import { knownOids } from "./oids.ts";

/**
 * Why the octets are no object identifier, or undefined when they are one (X.690 section 8.19).
 */
export const oidFault = (bytes: Uint8Array, start: number, end: number): string | undefined => {
  if (start === end) return "an object identifier has no octets";
  if (end - start > maxOidBytes)
    return `an object identifier has ${end - start} octets, more than ${maxOidBytes}`;
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

/** Texts of valid identifiers: a certificate names about twenty, and decoding them anew was a fifth of the time. */
const recent = new Recent<string>(1024, 16);

/** 2.5.4.x and 2.5.29.x, attribute types and extensions, by their last octet: three of four identifiers. */
const attributeTypes: (string | undefined)[] = Array.from({ length: 128 });
const extensions: (string | undefined)[] = Array.from({ length: 128 });

/** Dotted text of content octets, undefined when they are none. Equal identifiers usually give the same string object. */
export const oidText = (bytes: Uint8Array, start: number, end: number): string | undefined => {
  if (end - start === 3 && bytes[start] === 0x55) {
    const arc = bytes[start + 1];
    const table = arc === 0x1d ? extensions : arc === 0x04 ? attributeTypes : undefined;
    const text = table?.[bytes[start + 2]!];
    if (text !== undefined) return text;
  }
  return rarerOidText(bytes, start, end);
};

const rarerOidText = (bytes: Uint8Array, start: number, end: number): string | undefined => {
  const known = recent.find(bytes, start, end);
  if (known !== undefined) return known;
  if (oidFault(bytes, start, end) !== undefined) return undefined;
  const text = dotted(bytes, start, end);
  recent.keep(bytes, start, end, text);
  return text;
};

const dottedForm = /^[012](\.(0|[1-9][0-9]*))+$/;

/** Base 128, most significant group first. */
const arcOctets = (text: string): number[] => {
  // Of 15 digits at most: exact as a double. The own tables are encoded at each start, and BigInt is slow there.
  if (text.length <= 15) {
    let rest = Number(text);
    const group = [rest % 128];
    for (rest = Math.floor(rest / 128); rest > 0; rest = Math.floor(rest / 128))
      group.unshift((rest % 128) + 128);
    return group;
  }
  let rest = BigInt(text);
  const group = [Number(rest & 0x7fn)];
  for (rest >>= 7n; rest > 0n; rest >>= 7n) group.unshift(Number(rest & 0x7fn) | 0x80);
  return group;
};

/** Content octets of a dotted object identifier; undefined when the text is none. */
export const oidOctets = (text: string): Uint8Array | undefined => {
  if (text.length > 512 || !dottedForm.test(text)) return undefined;
  const [root = "", second = "", ...arcs] = text.split(".");
  if (root < "2" && (second.length > 2 || Number(second) >= 40)) return undefined;
  // The first two arcs are one (X.690 section 8.19.4).
  const first =
    second.length < 15
      ? String(40 * Number(root) + Number(second))
      : String(40n * BigInt(root) + BigInt(second));
  return Uint8Array.from([first, ...arcs].flatMap(arcOctets));
};

// The strings of our own tables: comparing with them is then comparing pointers.
for (const oid of knownOids) {
  const octets = oidOctets(oid);
  if (octets === undefined) continue;
  recent.keep(octets, 0, octets.length, oid);
  if (octets.length === 3 && oid.startsWith("2.5.29.")) extensions[octets[2]!] = oid;
  if (octets.length === 3 && oid.startsWith("2.5.4.")) attributeTypes[octets[2]!] = oid;
}
