import { failure } from "../errors/certwright-error.ts";
import type { GeneralName } from "../model/name.ts";
import type { SubjectTemplate } from "../model/template.ts";
import { compareBytes } from "../bytes/compare.ts";
import { bytesOfHex } from "../bytes/hex.ts";
import { asciiBytes, utf8Bytes } from "../bytes/utf8.ts";
import { DerWriter } from "./der-writer.ts";
import { attribute } from "./oids.ts";
import { isPrintable } from "./strings.ts";
import { tag } from "./tags.ts";

/** Types whose value has a fixed string type (RFC 5280 appendix A.1); every other one is a UTF8String. */
const fixedTag: ReadonlyMap<string, number> = new Map<string, number>([
  [attribute.C, tag.printableString],
  [attribute.serialNumber, tag.printableString],
  [attribute.dnQualifier, tag.printableString],
  [attribute.DC, tag.ia5String],
  [attribute.emailAddress, tag.ia5String],
]);

const refuse = (value: string, why: string): never => {
  throw failure("x509.cannot-write", { field: "distinguished name", value, why });
};

/** UTF-16BE or UTF-32BE. */
const wideBytes = (text: string, width: 2 | 4): Uint8Array => {
  const units =
    width === 2
      ? Array.from({ length: text.length }, (_, i) => text.charCodeAt(i))
      : [...text].map((c) => c.codePointAt(0)!);
  return Uint8Array.from(
    units.flatMap((u) =>
      width === 2 ? [u >> 8, u & 255] : [u >>> 24, (u >> 16) & 255, (u >> 8) & 255, u & 255],
    ),
  );
};

const singleOctets = (value: string, highest: number): Uint8Array => {
  for (let i = 0; i < value.length; i++)
    if (value.charCodeAt(i) > highest)
      refuse(value, "it has characters that its string type cannot hold");
  return asciiBytes(value);
};

/** Contents octets of a value in the string type of that tag. */
const stringOctets = (value: string, type: number): Uint8Array => {
  switch (type) {
    case tag.utf8String:
      return utf8Bytes(value);
    case tag.printableString: {
      const octets = singleOctets(value, 0x7f);
      return isPrintable(octets)
        ? octets
        : refuse(value, "a PrintableString holds letters, digits, space and '()+,-./:=? only");
    }
    case tag.ia5String:
    case tag.visibleString:
    case tag.numericString:
      return singleOctets(value, 0x7f);
    case tag.teletexString:
      return singleOctets(value, 0xff);
    case tag.bmpString:
      return wideBytes(value, 2);
    case tag.universalString:
      return wideBytes(value, 4);
    default:
      return refuse(value, `tag ${type} is no string type`);
  }
};

const stringTags: ReadonlySet<number> = new Set([
  tag.utf8String,
  tag.printableString,
  tag.ia5String,
  tag.visibleString,
  tag.numericString,
  tag.teletexString,
  tag.bmpString,
  tag.universalString,
]);

const writeAttribute = (
  w: DerWriter,
  a: { readonly oid: string; readonly value: string; readonly tag?: number },
): void => {
  const mark = w.mark;
  if (a.tag !== undefined && !stringTags.has(a.tag)) {
    // A value that was no string when it was read: "#" and its DER.
    const der = a.value.startsWith("#") ? bytesOfHex(a.value.slice(1)) : undefined;
    w.raw(
      der !== undefined && der.length >= 2
        ? der
        : refuse(a.value, `tag ${a.tag} is no string type`),
    );
  } else {
    if (a.value === "") refuse(a.oid, "an attribute cannot be empty (RFC 5280 appendix A.1)");
    if (a.oid === attribute.C && !/^[A-Za-z]{2}$/.test(a.value))
      refuse(a.value, "a country is two letters (RFC 5280 appendix A.1)");
    const type = a.tag ?? fixedTag.get(a.oid) ?? tag.utf8String;
    w.element(type, stringOctets(a.value, type));
  }
  w.oid(a.oid, "attribute type");
  w.close(tag.sequence, mark);
};

/** Writes a Name; the attributes of one set are put in DER's order (X.690 section 11.6). */
export const writeName = (
  w: DerWriter,
  name: SubjectTemplate | { readonly der: Uint8Array },
): void => {
  if ("der" in name) {
    w.raw(name.der);
    return;
  }
  const mark = w.mark;
  for (const rdn of name.toReversed()) {
    const set = w.mark;
    if (rdn.length === 1) writeAttribute(w, rdn[0]!);
    else {
      const encoded = rdn.map((a) => {
        const inner = new DerWriter(128);
        writeAttribute(inner, a);
        return inner.finish();
      });
      if (encoded.length === 0) refuse("", "a relative distinguished name cannot be empty");
      for (const octets of encoded.toSorted(compareBytes).toReversed()) w.raw(octets);
    }
    w.close(tag.set, set);
  }
  w.close(tag.sequence, mark);
};

/** DER of a Name. */
export const encodeName = (name: SubjectTemplate): Uint8Array => {
  const w = new DerWriter(256);
  writeName(w, name);
  return w.finish();
};

const badIp = (length: number): never => {
  throw failure("x509.cannot-write", {
    field: "IP address",
    value: `${length} octets`,
    why: "an address has 4 or 16 octets, a range in name constraints 8 or 32",
  });
};

/** Writes one GeneralName (RFC 5280 section 4.2.1.6). */
export const writeGeneralName = (w: DerWriter, name: GeneralName, constraint = false): void => {
  switch (name.kind) {
    case "dns":
      return w.ascii(name.value, 0x82, "DNS name");
    case "email":
      return w.ascii(name.value, 0x81, "e-mail address");
    case "uri":
      return w.ascii(name.value, 0x86, "URI");
    case "ip": {
      const size = name.bytes.length / (constraint ? 2 : 1);
      if (size !== 4 && size !== 16) badIp(name.bytes.length);
      return w.element(0x87, name.bytes);
    }
    case "directory": {
      const mark = w.mark;
      w.raw(name.name.der);
      return w.close(0xa4, mark);
    }
    case "other": {
      const mark = w.mark;
      w.element(0xa0, name.value);
      w.oid(name.oid, "otherName type");
      return w.close(0xa0, mark);
    }
    case "registeredId": {
      const octets = new DerWriter(32);
      octets.oid(name.oid, "registeredID");
      // [8] IMPLICIT replaces the OBJECT IDENTIFIER's own tag.
      const encoded = octets.finish();
      encoded[0] = 0x88;
      return w.raw(encoded);
    }
    case "x400":
    case "ediParty":
      return w.raw(name.der);
  }
};

/** Writes names so that the first stands first. */
export const writeGeneralNames = (w: DerWriter, names: readonly GeneralName[]): void => {
  for (let i = names.length - 1; i >= 0; i--) writeGeneralName(w, names[i]!);
};
