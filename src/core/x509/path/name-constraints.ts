import type { Certificate } from "../../model/certificate.ts";
import type { GeneralName } from "../../model/name.ts";
import { attribute } from "../oids.ts";
import { defaultBudget, meterOf, spend, type Meter } from "./budget.ts";
import { isSelfIssued, isWithin } from "./directory-names.ts";
import { pathFailure, type PathFailure } from "./failure.ts";
import { lowerAscii } from "./host-names.ts";
import { nameText, labelOf } from "./label.ts";
import { parseMailbox, sameMailbox, splitMailbox } from "./mailbox.ts";
import type { Profile } from "./profile.ts";
import { hostOfUri, isAddressHost } from "./uri.ts";

/** Whether `host` is `base` or below it; a base with a leading dot is for hosts below only; an empty one is for all. */
const inTree = (host: string, base: string): boolean => {
  const name = lowerAscii(host);
  const tree = lowerAscii(base);
  if (tree === "") return true;
  if (tree.startsWith(".")) return name.length > tree.length && name.endsWith(tree);
  return name === tree || name.endsWith(`.${tree}`);
};

/** A wildcard may stand for a name below an excluded subtree: "*.example.com" for "foo.example.com" (CVE-2025-61727). */
const mayBeIn = (name: string, base: string): boolean =>
  inTree(name, base) ||
  (name.startsWith("*.") &&
    base.includes(".") &&
    lowerAscii(base.slice(base.indexOf("."))) === lowerAscii(name.slice(1)));

/** RFC 5280 section 4.2.1.10 for e-mail and URI: a host is itself, ".host" all below it; Go takes a host for its tree. */
const hostMatches = (host: string, base: string, profile: Profile): boolean =>
  profile.hostConstraints === "tree" || base.startsWith(".")
    ? inTree(host, base)
    : host === lowerAscii(base);

const matchesMailbox = (email: string, base: string, profile: Profile): boolean => {
  const read = profile.looseMailboxes ? splitMailbox : parseMailbox;
  const mailbox = read(email);
  if (mailbox === undefined) return false;
  if (!base.includes("@")) return hostMatches(mailbox.domain, base, profile);
  const wanted = read(base);
  return wanted !== undefined && sameMailbox(mailbox, wanted);
};

const matchesRange = (address: Uint8Array, range: Uint8Array): boolean =>
  range.length === 2 * address.length &&
  address.every((octet, i) => {
    const mask = range[address.length + i]!;
    return (octet & mask) === (range[i]! & mask);
  });

/** Whether `name` is in the subtree `base` of its own kind. "unknown" when this kind is not understood. */
const within = (
  name: GeneralName,
  base: GeneralName,
  excluded: boolean,
  profile: Profile,
): boolean | "unknown" => {
  switch (name.kind) {
    case "dns":
      return (
        base.kind === "dns" &&
        (excluded && profile.excludesWildcards ? mayBeIn : inTree)(name.value, base.value)
      );
    case "ip":
      return base.kind === "ip" && matchesRange(name.bytes, base.bytes);
    case "email":
      return base.kind === "email" && matchesMailbox(name.value, base.value, profile);
    case "uri": {
      const host = hostOfUri(name.value);
      if (host === undefined || isAddressHost(host)) return "unknown";
      return base.kind === "uri" && hostMatches(host, base.value, profile);
    }
    case "directory":
      return base.kind === "directory" && isWithin(name.name, base.name);
    case "other":
      return base.kind === "other" && base.oid === name.oid ? "unknown" : false;
    case "registeredId":
    case "x400":
    case "ediParty":
      return "unknown";
  }
};

const textOf = (name: GeneralName): string => {
  switch (name.kind) {
    case "directory":
      return `directory "${nameText(name.name)}"`;
    case "other":
    case "registeredId":
      return `${name.kind} ${name.oid}`;
    case "x400":
    case "ediParty":
      return name.kind;
    default:
      return `${name.kind} "${name.value}"`;
  }
};

/** Names that RFC 5280 section 4.2.1.10 puts under constraints: alternative names, the subject, and its e-mail attribute. */
const constrainedNames = (
  certificate: Certificate,
  isLeaf: boolean,
  profile: Profile,
): GeneralName[] => {
  const alternative = certificate.subjectAltName ?? [];
  const names = [...alternative];
  const attributes = certificate.subject.rdns.flat();
  if (profile.directoryConstraints) {
    if (attributes.length > 0) names.push({ kind: "directory", name: certificate.subject });
    if (!alternative.some((name) => name.kind === "email"))
      for (const { oid, value } of attributes)
        if (oid === attribute.emailAddress) names.push({ kind: "email", value });
  }
  // OpenSSL, which takes a common name for a host name, holds it to the constraints on those.
  if (isLeaf && profile.commonName && !alternative.some((name) => name.kind === "dns"))
    for (const { oid, value } of attributes)
      if (oid === attribute.CN && /^[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)+$/.test(value))
        names.push({ kind: "dns", value });
  return names;
};

/** What Go asks of all names of a chain with name constraints: those it cannot understand it cannot compare. */
const unparsable = (name: GeneralName): string | undefined => {
  if (name.kind === "email" && parseMailbox(name.value) === undefined) return "is no mailbox";
  if (name.kind === "dns" && !isComparable(name.value)) return "is no domain name";
  if (name.kind !== "uri") return undefined;
  const host = hostOfUri(name.value);
  if (host === undefined) return "has no host";
  return isAddressHost(host) ? "has an address as its host" : undefined;
};

/** Printable ASCII in labels that are not empty; an empty name passes (domainNameValid in Go 1.26). */
const isComparable = (name: string): boolean =>
  name === "" || name.split(".").every((part) => /^[\x21-\x7e]+$/.test(part));

type Outcome = { readonly why: string } | "fits" | "budget";

const compare = (
  name: GeneralName,
  issuer: Pick<Certificate, "nameConstraints">,
  profile: Profile,
  meter: Meter,
): Outcome => {
  const { permitted, excluded } = issuer.nameConstraints!;
  for (const base of excluded) {
    if (base.kind !== name.kind) continue;
    if (!spend(meter, "nameComparisons")) return "budget";
    const hit = within(name, base, true, profile);
    if (hit === "unknown")
      return { why: `cannot be compared with the exclusion of ${textOf(base)}` };
    if (hit) return { why: `is excluded by ${textOf(base)}` };
  }
  const bases = permitted.filter((base) => base.kind === name.kind);
  let permits = bases.length === 0;
  for (const base of bases) {
    if (!spend(meter, "nameComparisons")) return "budget";
    const hit = within(name, base, false, profile);
    if (hit === "unknown")
      return { why: `cannot be compared with the permission of ${textOf(base)}` };
    permits ||= hit;
    if (hit) break;
  }
  if (permits) return "fits";
  // An otherName of another type is another name form (RFC 5280 section 4.2.1.10 restricts per form).
  if (name.kind === "other") return "fits";
  return { why: `is outside of what is permitted: ${bases.map(textOf).join(", ")}` };
};

/** Name constraints (RFC 5280 sections 4.2.1.10 and 6.1.4 (g)) of each issuer on all names below it. "budget" when that costs too much. */
export const checkNameConstraints = (
  chain: readonly Certificate[],
  profile: Profile,
  meter: Meter,
): PathFailure | "budget" | undefined => {
  for (let above = chain.length - 1; above > 0; above--) {
    const issuer = chain[above]!;
    if (issuer.nameConstraints === undefined) continue;
    for (let index = above - 1; index >= 0; index--) {
      const certificate = chain[index]!;
      if (
        index > 0 &&
        profile.selfIssuedUnconstrained &&
        isSelfIssued(certificate, profile.issuerNames)
      )
        continue;
      for (const name of constrainedNames(certificate, index === 0, profile)) {
        if (!profile.directoryConstraints && name.kind === "directory") continue;
        const broken = profile.everyNameMustParse ? unparsable(name) : undefined;
        const isUnderstood = profile.directoryConstraints || name.kind in understoodByGo;
        const outcome: Outcome =
          broken === undefined
            ? isUnderstood
              ? compare(name, issuer, profile, meter)
              : "fits"
            : { why: `${broken} and cannot be compared with the constraints` };
        if (outcome === "budget") return "budget";
        if (outcome !== "fits")
          return pathFailure("name-constraint", chain, above, {
            constrained: labelOf(certificate),
            name: textOf(name),
            why: outcome.why,
          });
      }
    }
  }
  return undefined;
};

/** Go puts constraints on no other kinds; a critical one on others is an unknown critical extension to it. */
const understoodByGo = { dns: true, ip: true, email: true, uri: true };

/**
 * The first of these names that an issuer's constraints refuse, and why: for a certificate that is yet to be issued.
 * A directory name is the subject.
 */
export const refusedName = (
  names: readonly GeneralName[],
  nameConstraints: NonNullable<Certificate["nameConstraints"]>,
  profile: Profile,
):
  | { readonly kind: GeneralName["kind"]; readonly text: string; readonly why: string }
  | undefined => {
  for (const name of names) {
    if (name.kind === "directory" && !profile.directoryConstraints) continue;
    const broken = profile.everyNameMustParse ? unparsable(name) : undefined;
    const outcome =
      broken === undefined
        ? compare(name, { nameConstraints }, profile, meterOf(defaultBudget))
        : { why: `${broken} and cannot be compared with the constraints` };
    if (outcome === "fits") continue;
    const why = outcome === "budget" ? "has too many subtrees to be compared with" : outcome.why;
    return { kind: name.kind, text: textOf(name), why };
  }
  return undefined;
};
