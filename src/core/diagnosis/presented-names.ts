import { parseIp } from "../x509/ip.ts";
import { commonNameOf } from "../x509/names.ts";
import type { Certificate } from "../model/certificate.ts";
import type { ReferenceName } from "../x509/path.ts";
import { lowerAscii, matchesHost, matchesHostLoosely } from "../x509/path/host-names.ts";
import { toAsciiName } from "../text/punycode.ts";

/** The names a certificate is for, as far as TLS clients look at them. */
export interface PresentedNames {
  readonly dns: readonly string[];
  readonly ips: readonly string[];
  readonly uris: readonly string[];
  readonly commonName?: string;
}

/** Why a name is not among those of a certificate: the end of a fault's id. */
export type NameTroubleKind =
  | "host-mismatch"
  | "ip-missing"
  | "ip-as-dns"
  | "cn-only"
  | "no-names"
  | "wildcard-depth"
  | "wildcard-apex"
  | "wildcard-partial"
  | "trailing-dot"
  | "target-trailing-dot"
  | "san-malformed"
  | "spiffe-only"
  | "idn"
  | "service-dns";

export interface Mismatch {
  readonly kind: NameTroubleKind;
  /** The name in the certificate that was meant to do it. */
  readonly culprit?: string;
}

export const presentedBy = (certificate: Certificate): PresentedNames => {
  const of = (kind: "dns" | "ip" | "uri"): readonly string[] =>
    (certificate.subjectAltName ?? []).flatMap((name) => (name.kind === kind ? [name.value] : []));
  const commonName = commonNameOf(certificate.subject);
  return {
    dns: of("dns"),
    ips: of("ip"),
    uris: of("uri"),
    ...(commonName === undefined ? {} : { commonName }),
  };
};

/** What a tool made of a whole list, a URL or an address with its port, given where one name belongs. */
export const isMalformed = (dns: string): boolean =>
  dns === "" || /[\s,;:/[\]"'@]/.test(dns) || /^(?:dns|ip)[=:]/i.test(dns);

/** The names somebody meant: "https://a:2379, b" are a and b. */
export const meantBy = (malformed: string): readonly string[] =>
  malformed
    .split(/[\s,;"']+/)
    .map((part) =>
      part
        .replace(/^(?:dns|ip(?: address)?)[:=]/i, "")
        .replace(/^[a-z]+:\/\//i, "")
        .replace(/\/.*$/, "")
        .replace(/^\[(.*)\](?::\d+)?$/, "$1")
        .replace(/^([^:]*):\d+$/, "$1"),
    )
    .filter((part) => part !== "");

const isService = (name: string): boolean =>
  /^[^.]+\.[^.]+\.svc(?:\.cluster\.local)?$/.test(lowerAscii(name));

/** Which of the known troubles it is; the caller knows that the name does not match. */
export const mismatchOf = (wanted: ReferenceName, names: PresentedNames): Mismatch => {
  const { dns, ips, uris, commonName } = names;
  const none = dns.length + ips.length === 0;
  if (none && uris.length > 0) return { kind: "spiffe-only", culprit: uris[0]! };
  if (none)
    return commonName === undefined
      ? { kind: "no-names" }
      : { kind: "cn-only", culprit: commonName };
  const malformed = dns.filter(isMalformed);
  const meant = malformed.find((one) =>
    meantBy(one).some((part) => lowerAscii(part) === lowerAscii(wanted.value)),
  );
  if (wanted.kind === "ip") {
    if (dns.includes(wanted.value)) return { kind: "ip-as-dns", culprit: wanted.value };
    if (meant !== undefined) return { kind: "san-malformed", culprit: meant };
    return { kind: "ip-missing" };
  }
  const host = lowerAscii(wanted.value);
  const is = (fits: (san: string) => boolean): string | undefined =>
    dns.find((san) => fits(lowerAscii(san)));
  const kinds: readonly (readonly [NameTroubleKind, string | undefined])[] = [
    ["san-malformed", meant],
    ["trailing-dot", is((san) => san === `${host}.`)],
    [
      "target-trailing-dot",
      host.endsWith(".") ? is((san) => matchesHost(san, host.slice(0, -1))) : undefined,
    ],
    ["idn", is((san) => san !== host && toAsciiName(san) === toAsciiName(host))],
    ["wildcard-partial", is((san) => isPartial(san) && partialMatches(san, host))],
    [
      "wildcard-apex",
      is((san) => san.startsWith("*.") && (host === san.slice(2) || host === `${san.slice(2)}.`)),
    ],
    [
      "wildcard-depth",
      is(
        (san) => /^(?:\*\.)+[^*]+$/.test(san) && host.endsWith(san.slice(san.lastIndexOf("*") + 1)),
      ),
    ],
    [
      "cn-only",
      dns.length === 0 && commonName !== undefined && matchesHost(commonName, host)
        ? commonName
        : undefined,
    ],
    ["san-malformed", dns.length > 0 && malformed.length === dns.length ? malformed[0] : undefined],
    ["service-dns", isService(host) ? "" : undefined],
  ];
  const found = kinds.find(([, culprit]) => culprit !== undefined);
  if (found === undefined) return { kind: "host-mismatch" };
  const [kind, culprit] = found;
  return { kind, ...(culprit === undefined || culprit === "" ? {} : { culprit }) };
};

const isPartial = (san: string): boolean => {
  const [first = ""] = san.split(".", 1);
  return san.includes("*") && first !== "*";
};

/** Every "*" for any characters but a dot: whoever wrote it meant that. At most 255 characters, so no pattern is slow. */
const partialMatches = (san: string, host: string): boolean => {
  if (matchesHostLoosely(san, host)) return true;
  const wanted = host.split(".");
  const labels = san.split(".");
  return (
    san.length <= 255 &&
    labels.length === wanted.length &&
    labels.every((label, i) => {
      const [before = "", after = "", ...more] = label.split("*");
      if (!label.includes("*")) return label === wanted[i];
      return more.length === 0 && wanted[i]!.startsWith(before) && wanted[i]!.endsWith(after);
    })
  );
};

/** "10.0.0.1" and "::1" are addresses, all else is a DNS name. */
export const referenceOf = (text: string): ReferenceName => ({
  kind: parseIp(text) === undefined ? "dns" : "ip",
  value: text,
});
