import type { Certificate } from "../../model/certificate.ts";
import type { GeneralName } from "../../model/name.ts";
import { extension } from "../oids.ts";
import { parseIp } from "../ip.ts";
import { parseMailbox } from "./mailbox.ts";
import { pathFailure, type PathFailure } from "./failure.ts";
import type { Profile } from "./profile.ts";

/**
 * Flaws of a tolerant reading that leave a meaning open: to go on would mean to guess,
 * for example to pass over name constraints that could not be read.
 */
const refusedByAll: ReadonlySet<string> = new Set([
  "extension.malformed",
  "extensions.duplicate",
  "name.malformed",
  "public-key.malformed",
  "certificate.algorithm-mismatch",
]);

/** What else Go's x509.ParseCertificate refuses, so that no Go program ever gets to verify it. */
const refusedByGo: ReadonlySet<string> = new Set([
  "der.length-not-minimal",
  "der.integer-not-minimal",
  "der.boolean",
  "der.bit-string-padding",
  "der.trailing-data",
  "certificate.serial-negative",
  "general-name.ip-length",
  "general-name.ip-mask",
  "name-constraints.none",
  "policies.duplicate",
  "string.utf8",
  "string.printable",
  "string.ascii",
  "string.width",
  "public-key.ec-parameters",
  "public-key.ec-point",
  "public-key.ec-compressed",
  "public-key.rsa-modulus",
  "public-key.length",
]);

/**
 * Flaws that a conforming profile forgives: encodings that change nothing and stand in roots of old
 * (defaults written out, "@" in a PrintableString), and serial numbers, for which a rule knows whose they are.
 */
const forgiven: ReadonlySet<string> = new Set([
  "der.default-written",
  "der.named-bits",
  "string.printable",
  "certificate.serial-negative",
  "certificate.serial-zero",
  "certificate.serial-long",
]);

const isRefused = (code: string, profile: Profile): boolean =>
  refusedByAll.has(code) ||
  (profile.name === "go" && refusedByGo.has(code)) ||
  (profile.conformance !== "none" && !forgiven.has(code));

/** Extensions that Go refuses to read when they are critical (RFC 5280 sections 4.2.1.1, 4.2.1.2 and 4.2.2.1). */
const neverCritical: ReadonlyMap<string, string> = new Map([
  [extension.authorityKeyIdentifier, "authorityKeyIdentifier"],
  [extension.subjectKeyIdentifier, "subjectKeyIdentifier"],
  [extension.authorityInfoAccess, "authorityInfoAccess"],
]);

/** domainNameValid of Go 1.26: labels of printable ASCII, not empty; empty altogether is fine. */
const isDomain = (text: string): boolean =>
  text === "" || text.split(".").every((part) => /^[\x21-\x7e]+$/.test(part));

const constraintFault = (base: GeneralName): string | undefined => {
  switch (base.kind) {
    case "dns":
      return isDomain(base.value.replace(/^\./, "")) ? undefined : `DNS "${base.value}"`;
    case "email":
      return (
        base.value.includes("@")
          ? parseMailbox(base.value) !== undefined
          : isDomain(base.value.replace(/^\./, ""))
      )
        ? undefined
        : `e-mail "${base.value}"`;
    case "uri":
      return parseIp(base.value) === undefined && isDomain(base.value.replace(/^\./, ""))
        ? undefined
        : `URI "${base.value}"`;
    default:
      return undefined;
  }
};

/** Control characters, blanks and half escapes: what net/url refuses, as far as certificates show it. */
const isUriOfGo = (uri: string): boolean => {
  if (/[\p{Cc} ]/u.test(uri.split("#")[0]!.split("?")[0]!) || uri.startsWith(":")) return false;
  if (/%(?![0-9A-Fa-f]{2})/.test(uri.split("?")[0]!)) return false;
  const authority = /^(?:[A-Za-z][A-Za-z0-9+.-]*:)?\/\/([^/?#]*)/.exec(uri)?.[1];
  if (authority === undefined) return true;
  const host = authority.slice(authority.lastIndexOf("@") + 1);
  return (
    isDomain(host) &&
    !/[<>"\\^`{|} ]/.test(host) &&
    (host.startsWith("[") || /^[^:]*(?::[0-9]*)?$/.test(host))
  );
};

const goFault = (certificate: Certificate): string | undefined => {
  const critical = certificate.extensions.find((one) => one.critical && neverCritical.has(one.oid));
  if (critical !== undefined)
    return `${neverCritical.get(critical.oid)} is critical, which Go refuses to read`;
  const { permitted = [], excluded = [] } = certificate.nameConstraints ?? {};
  for (const base of [...permitted, ...excluded]) {
    const fault = constraintFault(base);
    if (fault !== undefined) return `the name constraint ${fault} is none that Go can read`;
  }
  for (const name of certificate.subjectAltName ?? [])
    if (name.kind === "uri" && !isUriOfGo(name.value))
      return `the URI "${name.value}" is none that Go can read`;
  return undefined;
};

/** Whether the verifier would read this certificate at all. */
export const checkReadable = (
  chain: readonly Certificate[],
  index: number,
  profile: Profile,
): PathFailure | undefined => {
  const certificate = chain[index]!;
  const flaw = certificate.flaws.find(({ code }) => isRefused(code, profile));
  const why = flaw?.message ?? (profile.name === "go" ? goFault(certificate) : undefined);
  return why === undefined ? undefined : pathFailure("malformed", chain, index, { why });
};
