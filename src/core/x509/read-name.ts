import { CertwrightError } from "../errors/certwright-error.ts";
import type { DistinguishedName, NameAttribute } from "../model/name.ts";
import { compareBytes, viewOf } from "../bytes/compare.ts";
import { hexOf } from "../bytes/hex.ts";
import { Recent } from "../bytes/recent.ts";
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
    const from = r.position;
    // Nearly always one: a literal of one is a tenth of an array that was pushed to.
    const rdn: NameAttribute[] = r.more ? [readAttribute(r, field)] : [];
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

/** Names without a flaw. */
const recent = new Recent<DistinguishedName>(256, 1024);

/** As {@link readName}, for names that come again and again. Equal names usually give the same object. */
export const readSharedName = (r: DerReader, field: string): DistinguishedName => {
  const { bytes, position } = r;
  r.expect(tag.sequence, field);
  const known = recent.find(bytes, position, r.position);
  if (known !== undefined) return known;
  r.position = position;
  const flaws = r.findings.flaws.length;
  const read = readName(r, field);
  if (r.findings.flaws.length > flaws) return read;
  // A copy: what is kept must not hold on to somebody's file.
  const name = { der: read.der.slice(), rdns: read.rdns };
  recent.keep(bytes, position, r.position, name);
  return name;
};
