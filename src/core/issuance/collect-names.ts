import type { NameAttribute } from "../model/name.ts";
import { attribute } from "../x509/oids.ts";
import { formatIp, parseIp } from "../x509/ip.ts";
import { asciiName, isHostname } from "./hostname.ts";
import { parseOtherName, type OtherName } from "./other-name.ts";
import type { IssueRequest, Settings } from "./request.ts";
import type { Role } from "./role.ts";

export interface RequestedIp {
  readonly text: string;
  /** 4 or 16 octets; absent when the text is no address. */
  readonly bytes?: Uint8Array;
}

/** All names of a request, from wherever Vault takes them (path_issue_sign: the order below is its order). */
export interface CollectedNames {
  readonly commonName: string;
  /** The subject's serialNumber attribute. */
  readonly serialNumber: string;
  readonly userIds: readonly string[];
  readonly dns: readonly string[];
  readonly emails: readonly string[];
  readonly ips: readonly RequestedIp[];
  readonly uris: readonly string[];
  readonly others: readonly OtherName[];
  /** Whether DNS, e-mail, IP and URI names came from the signing request. */
  readonly fromCsr: boolean;
  /** First text that cannot be made a name at all. */
  readonly fault?: string;
  readonly otherFault?: string;
  readonly warnings: readonly string[];
}

const unique = <T>(values: readonly T[]): readonly T[] => [...new Set(values)];

const attributeOf = (rdns: readonly (readonly NameAttribute[])[], oid: string): readonly string[] =>
  rdns.flatMap((rdn) => rdn.filter((a) => a.oid === oid).map((a) => a.value));

/** An IPv4 address in IPv6 clothes is written in 4 octets, as Go does (net.IP.To4). */
const ipOf = (text: string): RequestedIp => {
  const bytes = parseIp(text);
  if (bytes === undefined) return { text };
  const mapped =
    bytes.length === 16 &&
    bytes.subarray(0, 10).every((b) => b === 0) &&
    bytes[10] === 0xff &&
    bytes[11] === 0xff;
  return { text, bytes: mapped ? bytes.subarray(12) : bytes };
};

const ignoredByUseCsrSans = (request: IssueRequest): string[] =>
  (
    [
      ["alt_names", request.altNames],
      ["ip_sans", request.ipSans],
      ["uri_sans", request.uriSans],
    ] as const
  )
    .filter(([, value]) => (value?.length ?? 0) > 0)
    .map(
      ([field]) =>
        `the ${field} field was provided but the role is set with "use_csr_sans" set to true`,
    );

export const collectNames = (
  request: IssueRequest,
  role: Role,
  settings: Settings,
): CollectedNames => {
  const { csr } = request;
  const subject = csr?.subject.rdns ?? [];
  const warnings: string[] = [];
  const dns: string[] = [];
  const emails: string[] = [];
  const ips: RequestedIp[] = [];
  const uris: string[] = [];
  const others: OtherName[] = [];
  let fault: string | undefined;
  let otherFault: string | undefined;

  const csrName =
    csr !== undefined && role.useCsrCommonName
      ? attributeOf(subject, attribute.CN).at(-1)
      : undefined;
  const commonName = csrName || (request.commonName ?? "");
  if (csrName && request.commonName && request.commonName !== csrName) {
    warnings.push(
      'the common_name field was provided but the role is set with "use_csr_common_name" set to true',
    );
  }
  const fromCsr = csr !== undefined && role.useCsrSans;

  const addDns = (name: string, source: string): void => {
    // Vault writes DNS:10.0.0.1, which no verifier takes for the address (vault#8424); etcd peers are refused by it.
    if (settings.vaultIdentical !== true && parseIp(name) !== undefined) {
      ips.push(ipOf(name));
      warnings.push(
        `${source} "${name}" is an IP address: it is written as an IP address, because verifiers do not look for addresses among DNS names`,
      );
      return;
    }
    dns.push(name);
  };
  const addText = (text: string, source: string): void => {
    if (text.includes("@")) {
      emails.push(text);
      return;
    }
    if (settings.vaultIdentical !== true && text.includes(":") && parseIp(text) !== undefined) {
      addDns(text, source);
      return;
    }
    const ascii = asciiName(text, settings.toAscii);
    if ("fault" in ascii) {
      fault ??= ascii.fault;
      return;
    }
    if (isHostname(ascii.name)) addDns(ascii.name, source);
    else if (source !== "the common name") {
      warnings.push(`${source} "${text}" is no host name and is left out`);
    }
  };

  if (fromCsr) {
    warnings.push(...ignoredByUseCsrSans(request));
    for (const name of csr.subjectAltName ?? []) {
      if (name.kind === "dns") addDns(name.value, "the DNS name");
      else if (name.kind === "email") emails.push(name.value);
      else if (name.kind === "uri") uris.push(name.value);
      else if (name.kind === "ip")
        ips.push({ text: formatIp(name.bytes) ?? name.value, bytes: name.bytes });
    }
  } else {
    ips.push(...(request.ipSans ?? []).map(ipOf));
    uris.push(...(request.uriSans ?? []));
  }
  if (commonName !== "" && request.excludeCnFromSans !== true)
    addText(commonName, "the common name");
  if (!fromCsr)
    for (const name of unique(request.altNames ?? [])) addText(name, "the alternative name");

  for (const text of request.otherSans ?? []) {
    const other = parseOtherName(text);
    if ("fault" in other) otherFault ??= other.fault;
    else others.push(other);
  }
  if (fromCsr) {
    for (const name of csr.subjectAltName ?? []) {
      if (name.kind !== "other") continue;
      if (name.text === undefined) otherFault ??= "no UTF-8 string found in OtherName";
      else others.push({ oid: name.oid, value: name.text });
    }
  }

  const ipTexts = new Set<string>();
  return {
    commonName,
    serialNumber: request.serialNumber || attributeOf(subject, attribute.serialNumber).at(-1) || "",
    userIds:
      (request.userIds?.length ?? 0) > 0 ? request.userIds! : attributeOf(subject, attribute.UID),
    dns: unique(dns),
    emails: unique(emails),
    ips: ips.filter((ip) => {
      const key = ip.bytes === undefined ? ip.text : formatIp(ip.bytes)!;
      const fresh = !ipTexts.has(key);
      ipTexts.add(key);
      return fresh;
    }),
    uris: unique(uris),
    others,
    fromCsr,
    ...(fault === undefined ? {} : { fault }),
    ...(otherFault === undefined ? {} : { otherFault }),
    warnings,
  };
};
