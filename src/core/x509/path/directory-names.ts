import type { Certificate } from "../../model/certificate.ts";
import type { DistinguishedName, NameAttribute } from "../../model/name.ts";
import { equalBytes } from "../../bytes/compare.ts";

/** String types that RFC 5280 section 7.1 compares by their characters; others are compared as encoded. */
const text = new Set([12, 19, 20, 22, 26, 28, 30]);

/** RFC 5280 section 7.1 and RFC 4518, as far as verifiers go: case and runs of white space do not matter. */
const prepare = (value: string): string =>
  value
    .replaceAll(/[ \t\n\v\f\r]+/g, " ")
    .replaceAll(/^ | $/g, "")
    .toLowerCase();

const attributeKey = (attribute: NameAttribute): string =>
  text.has(attribute.tag)
    ? `${attribute.oid}=${prepare(attribute.value)}`
    : `${attribute.oid}:${attribute.tag}=${attribute.value}`;

const keysOfRdns = (name: DistinguishedName): string[] =>
  name.rdns.map((rdn) => JSON.stringify(rdn.map(attributeKey).sort()));

/** Preparing costs far more than comparing, and a search compares each name with many. */
const prepared = new WeakMap<DistinguishedName, string>();

/** One text for all names that are equal under RFC 5280 section 7.1. */
const preparedKey = (name: DistinguishedName): string => {
  const known = prepared.get(name) ?? keysOfRdns(name).join();
  prepared.set(name, known);
  return known;
};

export const sameName = (
  a: DistinguishedName,
  b: DistinguishedName,
  how: "bytes" | "prepared",
): boolean => equalBytes(a.der, b.der) || (how === "prepared" && preparedKey(a) === preparedKey(b));

/** Whether `name` begins with all of `base`: what being within a directoryName subtree means. */
export const isWithin = (name: DistinguishedName, base: DistinguishedName): boolean => {
  const keys = keysOfRdns(name);
  return keysOfRdns(base).every((key, i) => key === keys[i]);
};

/** RFC 5280 section 3.2: self-issued is a matter of names; self-signed, of keys. */
export const isSelfIssued = (certificate: Certificate, how: "bytes" | "prepared"): boolean =>
  sameName(certificate.issuer, certificate.subject, how);
