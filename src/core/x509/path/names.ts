import type { Certificate } from "../../model/certificate.ts";
import { equalBytes } from "../../bytes/compare.ts";
import { parseIp } from "../ip.ts";
import { attribute } from "../oids.ts";
import { lowerAscii, matchesHost, matchesHostLoosely } from "./host-names.ts";
import { parseMailbox, sameMailbox } from "./mailbox.ts";
import type { Profile } from "./profile.ts";

/** The name that the caller wants to reach. */
export interface ReferenceName {
  readonly kind: "dns" | "ip" | "email" | "uri";
  readonly value: string;
}

export type NameVerdict =
  | { readonly ok: true }
  | { readonly ok: false; readonly present: readonly string[]; readonly why: string | undefined };

/** Go lists up to 100 names in its own message; who has more does not read them. */
const maxListed = 20;

const commonNames = (certificate: Certificate): string[] =>
  certificate.subject.rdns
    .flat()
    .filter((a) => a.oid === attribute.CN)
    .map((a) => a.value);

const presented = (certificate: Certificate, kind: ReferenceName["kind"]): string[] =>
  (certificate.subjectAltName ?? []).flatMap((name) => (name.kind === kind ? [name.value] : []));

const matchesAddress = (certificate: Certificate, address: Uint8Array): boolean =>
  (certificate.subjectAltName ?? []).some(
    (name) => name.kind === "ip" && equalBytes(name.bytes, address),
  );

const matchesMailbox = (value: string, wanted: string): boolean => {
  const [a, b] = [parseMailbox(value), parseMailbox(wanted)];
  return a !== undefined && b !== undefined && sameMailbox(a, b);
};

/** What an operator overlooks most often, when it explains the mismatch. */
const explain = (
  certificate: Certificate,
  name: ReferenceName,
  profile: Profile,
): string | undefined => {
  const dns = presented(certificate, "dns");
  if (name.kind === "ip")
    return dns.includes(name.value)
      ? `the address stands there as a DNS name, and ${profile.verifier} looks at IP names only`
      : commonNames(certificate).includes(name.value)
        ? "the address stands in the common name only, which does not count"
        : undefined;
  if (name.kind !== "dns") return undefined;
  if (commonNames(certificate).some((cn) => matchesHost(cn, name.value)) && dns.length === 0)
    return `the name stands in the common name only, which ${profile.verifier} does not look at`;
  if (dns.some((san) => lowerAscii(san) === `${lowerAscii(name.value)}.`))
    return "the name in the certificate ends in a dot";
  if (dns.some((san) => /^[^.*]+\*|^\*[^.]+/.test(san) && matchesHostLoosely(san, name.value)))
    return `${profile.verifier} takes "*" only as a whole first label`;
  if (
    dns.some(
      (san) => san.startsWith("*.") && lowerAscii(name.value).endsWith(lowerAscii(san.slice(1))),
    )
  )
    return '"*" stands for one label only';
  return undefined;
};

const matches = (certificate: Certificate, name: ReferenceName, profile: Profile): boolean => {
  switch (name.kind) {
    case "ip": {
      const address = parseIp(name.value);
      return address !== undefined && matchesAddress(certificate, address);
    }
    case "email":
      return presented(certificate, "email").some((value) => matchesMailbox(value, name.value));
    case "uri":
      // RFC 6125 has no rule for whole URIs; SPIFFE ids and the like are compared as they are.
      return presented(certificate, "uri").includes(name.value);
    case "dns": {
      const match = profile.partialWildcards ? matchesHostLoosely : matchesHost;
      const dns = presented(certificate, "dns");
      if (dns.some((value) => match(value, name.value))) return true;
      return (
        profile.commonName &&
        dns.length === 0 &&
        commonNames(certificate).some((value) => match(value, name.value))
      );
    }
  }
};

const withBrackets = /^\[(.+)\]$/;

/**
 * Whether the leaf is for that name. A "dns" name that reads as an address is taken for one, as all verifiers do
 * with what stands in a URL.
 */
export const checkName = (
  certificate: Certificate,
  wanted: ReferenceName,
  profile: Profile,
): NameVerdict => {
  const bare = wanted.value.replace(withBrackets, "$1");
  const name: ReferenceName =
    wanted.kind === "dns" && parseIp(bare) !== undefined ? { kind: "ip", value: bare } : wanted;
  if (matches(certificate, name, profile)) return { ok: true };
  const all = (["dns", "ip", "email", "uri"] as const).flatMap((kind) =>
    presented(certificate, kind).map((value) => (kind === "dns" ? value : `${kind} ${value}`)),
  );
  const present =
    all.length > maxListed ? [...all.slice(0, maxListed), `${all.length - maxListed} more`] : all;
  return { ok: false, present, why: explain(certificate, name, profile) };
};
