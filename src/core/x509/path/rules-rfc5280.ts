import type { Certificate } from "../../model/certificate.ts";
import type { GeneralName } from "../../model/name.ts";
import { extension } from "../oids.ts";
import { isSelfIssued } from "./directory-names.ts";
import { isPreferredSyntax } from "./host-names.ts";
import { parseMailbox } from "./mailbox.ts";
import { everywhere, extensionOf, isCa, issuers, type Rule } from "./rule.ts";

const mustNotBeCritical = (id: string, oid: string, name: string, section: string): Rule => ({
  id,
  source: `RFC 5280 section ${section}`,
  roles: everywhere,
  fault: (certificate) =>
    extensionOf(certificate, oid)?.critical === true ? `${name} must not be critical` : undefined,
});

const mustBeCritical = (id: string, oid: string, name: string, section: string): Rule => ({
  id,
  source: `RFC 5280 section ${section}`,
  roles: issuers,
  fault: (certificate) =>
    extensionOf(certificate, oid)?.critical === false
      ? `${name} must be critical in a CA`
      : undefined,
});

/** A base that RFC 5280 section 4.2.1.10 allows, or what is wrong with it. */
const constraintFault = (base: GeneralName): string | undefined => {
  if (
    base.kind === "dns" &&
    base.value !== "" &&
    (base.value.includes("*") || !isPreferredSyntax(base.value))
  )
    return `the DNS name constraint "${base.value}" is no domain name`;
  if (base.kind === "email" || base.kind === "uri") {
    const host = base.value.replace(/^\./, "");
    const right =
      base.kind === "email" && host.includes("@")
        ? parseMailbox(host) !== undefined
        : host === "" || isPreferredSyntax(host);
    if (!right)
      return `the ${base.kind} name constraint "${base.value}" is neither a host nor a mailbox`;
  }
  return undefined;
};

const alternativeNameFault = (name: GeneralName): string | undefined => {
  if (name.kind === "dns" && !isPreferredSyntax(name.value))
    return `the DNS name "${name.value}" is not in preferred name syntax`;
  if (name.kind === "email" && parseMailbox(name.value) === undefined)
    return `the e-mail name "${name.value}" is no mailbox`;
  if (name.kind === "uri" && !/^[A-Za-z][A-Za-z0-9+.-]*:./.test(name.value))
    return `the URI "${name.value}" is not absolute`;
  return undefined;
};

const firstFault = (
  names: readonly GeneralName[],
  faultOf: (name: GeneralName) => string | undefined,
): string | undefined => {
  for (const name of names) {
    const fault = faultOf(name);
    if (fault !== undefined) return fault;
  }
  return undefined;
};

const subtrees = (certificate: Certificate): readonly GeneralName[] => [
  ...(certificate.nameConstraints?.permitted ?? []),
  ...(certificate.nameConstraints?.excluded ?? []),
];

/** RFC 5280's profile for certificates, as far as a strict reading of the single fields does not enforce it already. */
export const rfc5280Rules: readonly Rule[] = [
  mustNotBeCritical(
    "aki-critical",
    extension.authorityKeyIdentifier,
    "authorityKeyIdentifier",
    "4.2.1.1",
  ),
  mustNotBeCritical(
    "ski-critical",
    extension.subjectKeyIdentifier,
    "subjectKeyIdentifier",
    "4.2.1.2",
  ),
  mustNotBeCritical(
    "aia-critical",
    extension.authorityInfoAccess,
    "authorityInfoAccess",
    "4.2.2.1",
  ),
  mustBeCritical(
    "basic-constraints-critical",
    extension.basicConstraints,
    "basicConstraints",
    "4.2.1.9",
  ),
  mustBeCritical(
    "name-constraints-critical",
    extension.nameConstraints,
    "nameConstraints",
    "4.2.1.10",
  ),
  mustBeCritical(
    "policy-constraints-critical",
    extension.policyConstraints,
    "policyConstraints",
    "4.2.1.11",
  ),
  mustBeCritical(
    "inhibit-any-policy-critical",
    extension.inhibitAnyPolicy,
    "inhibitAnyPolicy",
    "4.2.1.14",
  ),
  {
    id: "aki-missing",
    source: "RFC 5280 section 4.2.1.1",
    // An anchor may be cross-signed and still be trusted for its name and key alone (section 6.1.1 (d)).
    roles: ["leaf", "intermediate"],
    fault: (certificate) =>
      certificate.authorityKeyIdentifier?.keyIdentifier === undefined &&
      !isSelfIssued(certificate, "prepared")
        ? "authorityKeyIdentifier with a key identifier is missing"
        : undefined,
  },
  {
    id: "ski-missing",
    source: "RFC 5280 section 4.2.1.2",
    roles: everywhere,
    fault: (certificate) =>
      isCa(certificate) && certificate.subjectKeyIdentifier === undefined
        ? "subjectKeyIdentifier is missing in a CA"
        : undefined,
  },
  {
    id: "serial",
    source: "RFC 5280 section 4.1.2.2",
    roles: ["leaf", "intermediate"],
    fault: (certificate) => {
      if (certificate.serialNegative) return "the serial number is negative";
      if (/^0*$/.test(certificate.serial)) return "the serial number is zero";
      // The sign octet of a number whose first bit is set counts as one of the twenty.
      const octets =
        certificate.serial.length / 2 +
        (Number.parseInt(certificate.serial.slice(0, 2), 16) >= 0x80 ? 1 : 0);
      return octets > 20 ? `the serial number has ${octets} octets, more than 20` : undefined;
    },
  },
  {
    id: "issuer-empty",
    source: "RFC 5280 section 4.1.2.4",
    roles: everywhere,
    fault: (certificate) =>
      certificate.issuer.rdns.length === 0 ? "the issuer is empty" : undefined,
  },
  {
    id: "ca-subject-empty",
    source: "RFC 5280 section 4.1.2.6",
    roles: everywhere,
    fault: (certificate) =>
      isCa(certificate) && certificate.subject.rdns.length === 0
        ? "the subject of a CA is empty"
        : undefined,
  },
  {
    id: "basic-constraints-missing",
    source: "RFC 5280 section 4.2.1.9",
    roles: issuers,
    fault: (certificate) =>
      certificate.basicConstraints === undefined
        ? "basicConstraints are missing in a CA"
        : undefined,
  },
  {
    id: "cert-sign-without-ca",
    source: "RFC 5280 sections 4.2.1.3 and 4.2.1.9",
    roles: everywhere,
    fault: (certificate) =>
      !isCa(certificate) && certificate.keyUsage?.includes("keyCertSign") === true
        ? "keyUsage has keyCertSign, but basicConstraints do not say CA:TRUE"
        : undefined,
  },
  {
    id: "ca-without-cert-sign",
    source: "RFC 5280 sections 4.2.1.3 and 4.2.1.9",
    roles: everywhere,
    fault: (certificate) =>
      isCa(certificate) && certificate.keyUsage?.includes("keyCertSign") === false
        ? "basicConstraints say CA:TRUE, but keyUsage lacks keyCertSign"
        : undefined,
  },
  {
    id: "name-constraints-in-leaf",
    source: "RFC 5280 section 4.2.1.10",
    roles: everywhere,
    fault: (certificate) =>
      !isCa(certificate) && certificate.nameConstraints !== undefined
        ? "nameConstraints stand in a certificate that is no CA"
        : undefined,
  },
  {
    id: "name-constraints-form",
    source: "RFC 5280 section 4.2.1.10",
    roles: everywhere,
    fault: (certificate) => firstFault(subtrees(certificate), constraintFault),
  },
  {
    id: "san-critical-without-subject",
    source: "RFC 5280 section 4.2.1.6",
    roles: everywhere,
    fault: (certificate) =>
      certificate.subject.rdns.length === 0 &&
      extensionOf(certificate, extension.subjectAltName)?.critical !== true
        ? "the subject is empty, and no critical subjectAltName stands in for it"
        : undefined,
  },
  {
    id: "san-form",
    source: "RFC 5280 section 4.2.1.6",
    roles: ["leaf"],
    fault: (certificate) => firstFault(certificate.subjectAltName ?? [], alternativeNameFault),
  },
];
