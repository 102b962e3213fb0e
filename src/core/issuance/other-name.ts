import { DerWriter } from "../x509/der-writer.ts";

/** An otherName whose value is a UTF8String. */
export interface OtherName {
  readonly oid: string;
  readonly value: string;
}

/** Reads Vault's "oid;UTF8:value"; the faults are Vault's texts. */
export const parseOtherName = (text: string): OtherName | { readonly fault: string } => {
  const semicolon = text.indexOf(";");
  if (semicolon < 0) return { fault: `expected a semicolon in other SAN "${text}"` };
  const rest = text.slice(semicolon + 1);
  const colon = rest.indexOf(":");
  if (colon < 0) return { fault: `expected a colon in other SAN "${text}"` };
  if (!/^utf-?8$/i.test(rest.slice(0, colon))) {
    return {
      fault: `only utf8 other SANs are supported; found non-supported type in other SAN "${text}"`,
    };
  }
  return { oid: text.slice(0, semicolon), value: rest.slice(colon + 1) };
};

/** DER of the value, a UTF8String. */
export const otherNameValue = (value: string): Uint8Array => {
  const w = new DerWriter(value.length + 8);
  w.utf8(value);
  return w.finish();
};
