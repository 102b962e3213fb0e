import { CertwrightError } from "../errors/certwright-error.ts";
import type { DistinguishedName, NameAttribute } from "../model/name.ts";
import { compareBytes, equalRanges, viewOf } from "../bytes/compare.ts";
import { hexOf } from "../bytes/hex.ts";
import type { DerReader } from "./der-reader.ts";
import { lastString } from "./strings.ts";
import { tag } from "./tags.ts";

const readAttribute = (r: DerReader, field: string): NameAttribute => {
  const outer = r.open(field);
  const oid = r.oid(field);
  r.next(field);
  const text = lastString(r, field);
  if (text === "")
    r.flaw(
      "name.empty-value",
      `${field} has an empty attribute value (RFC 5280 appendix A.1: SIZE (1..MAX))`,
      r.head,
    );
  if (text === undefined) r.checkNested(field);
  const value = text ?? `#${hexOf(r.bytes, r.head, r.stop)}`;
  const attribute = { oid, value, tag: r.tag };
  r.leave(outer, field);
  return attribute;
};

/** More than one attribute in a set: DER wants them in order (X.690 section 11.6). */
const checkSetOrder = (r: DerReader, starts: readonly number[], field: string): void => {
  for (let i = 2; i < starts.length; i++) {
    const earlier = viewOf(r.bytes, starts[i - 2]!, starts[i - 1]!);
    const later = viewOf(r.bytes, starts[i - 1]!, starts[i]!);
    if (compareBytes(earlier, later) > 0)
      r.flaw(
        "der.set-order",
        `a set in ${field} is not in order (X.690 section 11.6)`,
        starts[i - 1]!,
      );
  }
};

const readRdns = (r: DerReader, field: string): NameAttribute[][] => {
  const outer = r.enter();
  const rdns: NameAttribute[][] = [];
  while (r.more) {
    const sequence = r.open(field, tag.set);
    const rdn: NameAttribute[] = [];
    const from = r.position;
    while (r.more) rdn.push(readAttribute(r, field));
    if (rdn.length > 1) {
      const starts = [from];
      for (r.position = from; r.more; starts.push(r.position)) r.next(field);
      checkSetOrder(r, starts, field);
    }
    if (rdn.length === 0) r.flaw("name.empty-rdn", `${field} has an empty set`, r.head);
    r.leave(sequence, field);
    rdns.push(rdn);
  }
  r.leave(outer, field);
  return rdns;
};

/**
 * Reads a Name. In a tolerant reading a name that cannot be made out is a flaw and has no attributes;
 * its DER is kept.
 */
export const readName = (r: DerReader, field: string): DistinguishedName => {
  r.expect(tag.sequence, field);
  const der = r.element();
  const { end, stop } = r;
  if (r.findings.strict) return { der, rdns: readRdns(r, field) };
  try {
    return { der, rdns: readRdns(r, field) };
  } catch (error) {
    if (!(error instanceof CertwrightError)) throw error;
    r.flaw("name.malformed", error.message, r.head);
    r.end = end;
    r.position = stop;
    return { der, rdns: [] };
  }
};

/**
 * Names read lately, found by a hash of their DER: thousands of certificates share a few issuers,
 * and one object for all of them saves time and memory. One entry a slot, so that it never grows.
 */
const slots: (DistinguishedName | undefined)[] = Array.from({ length: 256 });

/** As {@link readName}, for names that come again and again. Equal names usually give the same object. */
export const readSharedName = (r: DerReader, field: string): DistinguishedName => {
  const before = r.position;
  r.expect(tag.sequence, field);
  const { bytes, head, stop } = r;
  let hash = stop - head;
  for (let i = r.start; i < stop; i++) hash = (Math.imul(hash, 31) + bytes[i]!) | 0;
  const slot = (hash ^ (hash >>> 8) ^ (hash >>> 16)) & 255;
  const known = slots[slot];
  if (
    known !== undefined &&
    known.der.length === stop - head &&
    equalRanges(known.der, 0, bytes, head, stop - head)
  )
    return known;
  const flawsBefore = r.findings.flaws.length;
  r.position = before;
  const read = readName(r, field);
  // A flawed name must report its flaws each time; a long one is not worth keeping.
  if (r.findings.flaws.length > flawsBefore || read.der.length > 1024) return read;
  const name = { der: read.der.slice(), rdns: read.rdns };
  slots[slot] = name;
  return name;
};
