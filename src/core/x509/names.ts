import type { DistinguishedName, GeneralName, NameAttribute } from "../model/name.ts";
import type { SubjectTemplate } from "../model/template.ts";
import { failure } from "../errors/certwright-error.ts";
import { bytesOfHex, hexOf } from "../bytes/hex.ts";
import { utf8Bytes, utf8Of } from "../bytes/utf8.ts";
import { oidOctets } from "./object-identifier.ts";
import { attribute } from "./oids.ts";

const keywordByOid: ReadonlyMap<string, string> = new Map(
  Object.entries(attribute).map(([keyword, oid]) => [oid, keyword]),
);

/** Keywords as people write them, in upper case, with their usual other spellings. */
const oidByKeyword: ReadonlyMap<string, string> = new Map<string, string>([
  ...Object.entries(attribute).map(([keyword, oid]): [string, string] => [
    keyword.toUpperCase(),
    oid,
  ]),
  ["S", attribute.ST],
  ["E", attribute.emailAddress],
  ["EMAIL", attribute.emailAddress],
  ["USERID", attribute.UID],
  ["COMMONNAME", attribute.CN],
  ["ORGANIZATION", attribute.O],
  ["GIVENNAME", attribute.GN],
  ["SURNAME", attribute.SN],
]);

const hexPair = (code: number): string => `\\${code.toString(16).padStart(2, "0").toUpperCase()}`;

/** RFC 4514 section 2.4; control characters are escaped as well, so that a name cannot repaint a terminal. */
const escapeValue = (value: string): string => {
  let text = "";
  for (let i = 0; i < value.length; i++) {
    const c = value[i]!;
    const code = value.charCodeAt(i);
    const edge = (i === 0 && (c === " " || c === "#")) || (i === value.length - 1 && c === " ");
    if (code < 0x20 || code === 0x7f) text += hexPair(code);
    else if (code >= 0x80 && code < 0xa0) text += `\\C2${hexPair(code)}`;
    else text += edge || '",+;<>\\'.includes(c) ? `\\${c}` : c;
  }
  return text;
};

const formatAttribute = (
  a: Pick<NameAttribute, "oid" | "value"> & { readonly tag?: number },
): string => {
  // "#" and DER: only what read-name could not take for a string; a text that begins with "#" has a string's tag.
  const raw = a.value.startsWith("#") && a.tag !== undefined && !stringTags.has(a.tag);
  return `${keywordByOid.get(a.oid) ?? a.oid}=${raw ? a.value : escapeValue(a.value)}`;
};

const stringTags: ReadonlySet<number> = new Set([12, 18, 19, 20, 22, 26, 28, 30]);

/** Text of a distinguished name as in RFC 4514: the last, most specific part first. */
export const formatName = (name: Pick<DistinguishedName, "rdns"> | SubjectTemplate): string => {
  const rdns = "rdns" in name ? name.rdns : name;
  return rdns
    .map((rdn) => rdn.map(formatAttribute).join("+"))
    .toReversed()
    .join(",");
};

/** First value of an attribute, for example of "2.5.4.3" the common name. */
export const attributeOf = (name: DistinguishedName, oid: string): string | undefined => {
  for (const rdn of name.rdns) for (const a of rdn) if (a.oid === oid) return a.value;
  return undefined;
};

/** All values of an attribute in the order of the name, for example the organisations, Kubernetes' groups. */
export const attributesOf = (name: DistinguishedName, oid: string): string[] =>
  name.rdns.flatMap((rdn) => rdn.filter((a) => a.oid === oid).map((a) => a.value));

export const commonNameOf = (name: DistinguishedName): string | undefined =>
  attributeOf(name, attribute.CN);

export interface SubjectFields {
  readonly commonName?: string;
  readonly serialNumber?: string;
  readonly country?: readonly string[];
  readonly organization?: readonly string[];
  readonly organizationalUnit?: readonly string[];
  readonly locality?: readonly string[];
  readonly province?: readonly string[];
  readonly streetAddress?: readonly string[];
  readonly postalCode?: readonly string[];
}

/**
 * A subject in the order of Go's crypto/x509/pkix (C, O, OU, L, ST, STREET, postalCode, CN, serialNumber), values of
 * one type in one set, as kubeadm and Vault write it: so that names made by either compare equal.
 */
export const subjectOf = (fields: SubjectFields): SubjectTemplate => {
  const rdn = (oid: string, values: readonly string[] | undefined) =>
    values === undefined || values.length === 0 ? [] : [values.map((value) => ({ oid, value }))];
  const single = (value: string | undefined) =>
    value === undefined || value === "" ? undefined : [value];
  return [
    ...rdn(attribute.C, fields.country),
    ...rdn(attribute.O, fields.organization),
    ...rdn(attribute.OU, fields.organizationalUnit),
    ...rdn(attribute.L, fields.locality),
    ...rdn(attribute.ST, fields.province),
    ...rdn(attribute.STREET, fields.streetAddress),
    ...rdn(attribute.postalCode, fields.postalCode),
    ...rdn(attribute.CN, single(fields.commonName)),
    ...rdn(attribute.serialNumber, single(fields.serialNumber)),
  ];
};

const refuse = (text: string, why: string): never => {
  throw failure("x509.cannot-write", { field: "distinguished name", value: text, why });
};

/** Cuts at unescaped separators outside of quotes. */
const split = (text: string, separators: string): string[] => {
  const parts: string[] = [];
  let from = 0;
  let quoted = false;
  for (let i = 0; i < text.length; i++) {
    if (text[i] === "\\") i += 1;
    else if (text[i] === '"') quoted = !quoted;
    else if (!quoted && separators.includes(text[i]!)) {
      parts.push(text.slice(from, i));
      from = i + 1;
    }
  }
  parts.push(text.slice(from));
  return parts;
};

/** Undoes {@link escapeValue}; pairs of hexadecimal digits are octets of UTF-8 (RFC 4514 section 3). */
const unescapeValue = (escaped: string, whole: string): string => {
  const octets: number[] = [];
  for (let i = 0; i < escaped.length;) {
    if (escaped[i] !== "\\") {
      const point = escaped.codePointAt(i)!;
      octets.push(...utf8Bytes(String.fromCodePoint(point)));
      i += point > 0xffff ? 2 : 1;
      continue;
    }
    const pair = bytesOfHex(escaped.slice(i + 1, i + 3));
    if (pair !== undefined && pair.length === 1) {
      octets.push(pair[0]!);
      i += 3;
    } else {
      if (i + 1 >= escaped.length) refuse(whole, "it ends in a backslash");
      octets.push(...utf8Bytes(escaped[i + 1]!));
      i += 2;
    }
  }
  const { text, valid } = utf8Of(Uint8Array.from(octets));
  return valid ? text : refuse(whole, "its escaped octets are not UTF-8");
};

/** Removes blanks around, except an escaped one at the end; other white space of Unicode is part of the value. */
const trimUnescaped = (text: string): string => {
  const left = text.replace(/^[ \t\r\n]+/, "");
  let end = left.length;
  while (end > 0 && " \t\r\n".includes(left[end - 1]!)) end -= 1;
  let backslashes = 0;
  while (left[end - 1 - backslashes] === "\\") backslashes += 1;
  return left.slice(0, backslashes % 2 === 1 && end < left.length ? end + 1 : end);
};

/**
 * Reads "CN=x,O=y" (RFC 4514, the last part of the name first; "+" joins parts of one set).
 * Throws x509.cannot-write with the reason.
 */
export const parseName = (text: string): SubjectTemplate => {
  if (text.trim() === "") return [];
  return split(text, ",;")
    .map((rdn) =>
      split(rdn, "+").map((part) => {
        const equals = part.indexOf("=");
        if (equals < 0) refuse(text, `"${part.trim()}" has no "="`);
        const keyword = part
          .slice(0, equals)
          .trim()
          .replace(/^oid\./i, "");
        const oid = oidByKeyword.get(keyword.toUpperCase()) ?? keyword;
        if (oidOctets(oid) === undefined)
          refuse(
            text,
            `"${keyword}" is no attribute type; known are ${Object.keys(attribute).join(", ")}`,
          );
        const value = trimUnescaped(part.slice(equals + 1));
        if (value === "") refuse(text, `${keyword} has no value`);
        const quoted = /^"((?:[^"\\]|\\.)*)"$/s.exec(value);
        return { oid, value: unescapeValue(quoted?.[1] ?? value, text) };
      }),
    )
    .toReversed();
};

/** "DNS:a.example", "IP:10.0.0.1", "URI:spiffe://…", in OpenSSL's words, which operators know from `openssl x509 -text`. */
export const formatGeneralName = (name: GeneralName): string => {
  switch (name.kind) {
    case "dns":
      return `DNS:${name.value}`;
    case "ip":
      return `IP:${name.value}`;
    case "uri":
      return `URI:${name.value}`;
    case "email":
      return `email:${name.value}`;
    case "directory":
      return `DirName:${formatName(name.name)}`;
    case "registeredId":
      return `RID:${name.oid}`;
    case "other":
      return `othername:${name.oid};${name.text ?? `#${hexOf(name.value)}`}`;
    case "x400":
    case "ediParty":
      return `${name.kind}:#${hexOf(name.der)}`;
  }
};
