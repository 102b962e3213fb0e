import type { GeneralName } from "../model/name.ts";
import { asciiOf, latin1Of } from "../bytes/utf8.ts";
import { hexOf } from "../bytes/hex.ts";
import type { DerReader } from "./der-reader.ts";
import { formatIp, formatIpRange, prefixOfMask } from "./ip.ts";
import { readName } from "./read-name.ts";
import { lastString } from "./strings.ts";
import { tagName } from "./tags.ts";

const text = (r: DerReader, field: string): string => {
  const ascii = asciiOf(r.bytes, r.start, r.stop);
  if (ascii !== undefined) return ascii;
  r.flaw("string.ascii", `${field} has an octet above 127 (an IA5String may not)`, r.start);
  return latin1Of(r.bytes, r.start, r.stop);
};

const readOtherName = (r: DerReader, field: string): GeneralName => {
  const outer = r.enter();
  const oid = r.oid(`otherName type in ${field}`);
  r.expect(0xa0, `otherName value in ${field}`);
  const value = r.contents();
  const inner = r.enter();
  r.next(`otherName value in ${field}`);
  const string = lastString(r, field);
  if (string === undefined) r.checkNested(field);
  r.leave(inner, field);
  r.leave(outer, field);
  return string === undefined
    ? { kind: "other", oid, value }
    : { kind: "other", oid, value, text: string };
};

/** iPAddress: an address where one is named, an address and a mask in name constraints. */
const readIp = (r: DerReader, field: string, constraint: boolean): GeneralName => {
  const bytes = r.contents();
  const value = constraint ? formatIpRange(bytes) : formatIp(bytes);
  if (value === undefined)
    r.flaw(
      "general-name.ip-length",
      `an IP address in ${field} has ${bytes.length} octets, not ${constraint ? "8 or 32" : "4 or 16"}`,
      r.head,
    );
  else if (constraint && prefixOfMask(bytes.subarray(bytes.length / 2)) === undefined)
    r.flaw(
      "general-name.ip-mask",
      `the mask ${value} in ${field} is not a prefix (RFC 5280 section 4.2.1.10, RFC 4632)`,
      r.head,
    );
  return { kind: "ip", bytes, value: value ?? `#${hexOf(bytes)}` };
};

/** Reads one GeneralName (RFC 5280 section 4.2.1.6); `constraint` when it is the base of a name constraint. */
export const readGeneralName = (r: DerReader, field: string, constraint = false): GeneralName => {
  r.next(field);
  switch (r.tag) {
    case 0x82:
      return { kind: "dns", value: text(r, field) };
    case 0x87:
      return readIp(r, field, constraint);
    case 0x86:
      return { kind: "uri", value: text(r, field) };
    case 0x81:
      return { kind: "email", value: text(r, field) };
    case 0xa0:
      return readOtherName(r, field);
    case 0xa4: {
      const outer = r.enter();
      const name = readName(r, `a directoryName in ${field}`);
      r.leave(outer, field);
      return { kind: "directory", name };
    }
    case 0x88:
      return { kind: "registeredId", oid: r.lastOid(`registeredID in ${field}`) };
    case 0xa3:
    case 0xa5: {
      r.checkNested(field);
      return { kind: r.tag === 0xa3 ? "x400" : "ediParty", der: r.element() };
    }
    default:
      return r.fatal(`${tagName(r.tag)} is no kind of name in ${field}`, r.head);
  }
};

/** Names up to the reader's end; an empty list is a flaw (SIZE (1..MAX)). */
export const readGeneralNames = (r: DerReader, field: string): GeneralName[] => {
  const names: GeneralName[] = [];
  while (r.more) names.push(readGeneralName(r, field));
  if (names.length === 0) r.flaw("general-name.none", `${field} is empty`, r.head);
  return names;
};
