import type { Certificate } from "../../model/certificate.ts";
import { equalBytes } from "../../bytes/compare.ts";
import { formatIp, parseIp } from "../ip.ts";
import { attribute, extension, purpose } from "../oids.ts";
import { isSelfIssued } from "./directory-names.ts";
import { isHostName, lowerAscii } from "./host-names.ts";
import { everywhere, extensionOf, isCa, type Rule } from "./rule.ts";

const dnsNames = (certificate: Certificate): string[] =>
  (certificate.subjectAltName ?? []).flatMap((name) => (name.kind === "dns" ? [name.value] : []));

/** A number as inet_aton takes it (0x7f000001, 0300.1): an address to some, and not in the one form that is allowed. */
const looksLikeAddress = (text: string): boolean =>
  text.includes(":") ||
  /^(?:0[xX][0-9a-fA-F]+|[0-9]+)(?:\.(?:0[xX][0-9a-fA-F]+|[0-9]+)){0,3}$/.test(text);

/** Baseline Requirements section 7.1.4.3: the common name repeats one of the alternative names, character for character. */
const commonNameFault = (certificate: Certificate, cn: string): string | undefined => {
  const addresses = (certificate.subjectAltName ?? []).filter((name) => name.kind === "ip");
  if (looksLikeAddress(cn)) {
    const bytes = parseIp(cn);
    if (bytes === undefined || formatIp(bytes) !== cn)
      return `the common name "${cn}" is an address in a form of its own (RFC 3986, RFC 5952)`;
    return addresses.some((name) => equalBytes(name.bytes, bytes))
      ? undefined
      : `the common name "${cn}" is none of the alternative names`;
  }
  const names = dnsNames(certificate);
  if (names.includes(cn)) return undefined;
  if (names.some((name) => lowerAscii(name) === lowerAscii(cn)))
    return `the common name "${cn}" differs from the alternative name in case`;
  // Only fully qualified names are spoken of. Beside other kinds, a common name is a label and no name to be reached by.
  const qualified = names.filter((name) => name.includes("."));
  if (qualified.length === 0 || names.some((name) => name.startsWith("*."))) return undefined;
  return isHostName(cn, true) || /\P{ASCII}/u.test(cn)
    ? `the common name "${cn}" is none of the alternative names`
    : undefined;
};

const servesTls = (certificate: Certificate): boolean =>
  certificate.extendedKeyUsage?.includes(purpose.serverAuth) ?? true;

/** What the Baseline Requirements for TLS server certificates ask of single certificates beyond RFC 5280. */
export const webpkiRules: readonly Rule[] = [
  {
    id: "version-3",
    source: "Baseline Requirements section 7.1.1",
    roles: everywhere,
    fault: (certificate) =>
      certificate.version === 3 ? undefined : `it is of version ${certificate.version}, not 3`,
  },
  {
    id: "leaf-ca",
    source: "Baseline Requirements section 7.1.2.7.8",
    roles: ["leaf"],
    fault: (certificate) => (isCa(certificate) ? "it is a CA in a leaf's place" : undefined),
  },
  {
    id: "san-missing",
    source: "Baseline Requirements section 7.1.2.7.12",
    roles: ["leaf"],
    fault: (certificate) =>
      certificate.subjectAltName === undefined ? "subjectAltName is missing" : undefined,
  },
  {
    id: "san-critical",
    source: "Baseline Requirements section 7.1.2.7.12",
    roles: ["leaf"],
    fault: (certificate) =>
      certificate.subject.rdns.length > 0 &&
      extensionOf(certificate, extension.subjectAltName)?.critical === true
        ? "subjectAltName is critical beside a subject"
        : undefined,
  },
  {
    id: "wildcard-over-tld",
    source: "Baseline Requirements section 3.2.2.6",
    roles: ["leaf"],
    fault: (certificate) => {
      // Which other domains are public suffixes only the Public Suffix List knows.
      const wide = dnsNames(certificate).find((name) => /^\*\.[^.]+$/.test(name));
      return wide === undefined
        ? undefined
        : `the wildcard "${wide}" is for a whole top-level domain`;
    },
  },
  {
    id: "leaf-eku",
    source: "Baseline Requirements section 7.1.2.7.10",
    roles: ["leaf"],
    fault: (certificate) => {
      if (certificate.extendedKeyUsage === undefined) return "extendedKeyUsage is missing";
      if (certificate.extendedKeyUsage.includes(purpose.any))
        return "extendedKeyUsage names anyExtendedKeyUsage";
      return extensionOf(certificate, extension.extKeyUsage)?.critical === true
        ? "extendedKeyUsage is critical"
        : undefined;
    },
  },
  {
    id: "root-eku",
    source: "Baseline Requirements section 7.1.2.1.2",
    roles: ["anchor"],
    fault: (certificate) =>
      certificate.extendedKeyUsage !== undefined && isSelfIssued(certificate, "prepared")
        ? "extendedKeyUsage stands in a root"
        : undefined,
  },
  {
    id: "root-aki",
    source: "Baseline Requirements section 7.1.2.1.3",
    roles: ["anchor"],
    fault: (certificate) => {
      const said = certificate.authorityKeyIdentifier;
      if (said === undefined || !isSelfIssued(certificate, "prepared")) return undefined;
      if (said.issuer !== undefined || said.serial !== undefined)
        return "authorityKeyIdentifier of a root has an issuer or a serial number";
      const own = certificate.subjectKeyIdentifier;
      return said.keyIdentifier !== undefined &&
        own !== undefined &&
        equalBytes(said.keyIdentifier, own)
        ? undefined
        : "authorityKeyIdentifier of a root is not its subjectKeyIdentifier";
    },
  },
  {
    id: "aia-form",
    source: "Baseline Requirements section 7.1.2.7.7",
    roles: ["leaf", "intermediate"],
    fault: (certificate) => {
      const wrong = certificate.authorityInfoAccess?.find(
        ({ location }) => location.kind !== "uri",
      );
      return wrong === undefined ? undefined : "authorityInfoAccess has a location that is no URI";
    },
  },
  {
    id: "common-name",
    source: "Baseline Requirements section 7.1.4.3",
    roles: ["leaf"],
    fault: (certificate) => {
      if (!servesTls(certificate)) return undefined;
      const names = certificate.subject.rdns.flat().filter((a) => a.oid === attribute.CN);
      if (names.length > 1) return "the subject has more than one common name";
      return names.length === 0 ? undefined : commonNameFault(certificate, names[0]!.value);
    },
  },
];
