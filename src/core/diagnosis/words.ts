import { commonNameOf, formatName } from "../x509/names.ts";
import type { Certificate, Instant } from "../model/certificate.ts";
import { hexOf } from "../bytes/hex.ts";
import { agoText } from "../x509/path/duration.ts";
import { formatInstant } from "../x509/time.ts";
import type { ReferenceName } from "../x509/path.ts";

// The phrases that all faults share, so that one thing is called by one name everywhere.

/** `etcd-1` by its common name, else the whole subject, else its first name or serial; in quotes. */
export const callIt = (certificate: Certificate): string => {
  const common = commonNameOf(certificate.subject);
  if (common !== undefined) return `"CN=${common}"`;
  if (certificate.subject.rdns.length > 0) return `"${formatName(certificate.subject)}"`;
  for (const name of certificate.subjectAltName ?? [])
    if (name.kind === "dns" || name.kind === "ip" || name.kind === "uri") return `"${name.value}"`;
  return `with serial ${certificate.serial}`;
};

/** `"CN=etcd-1" (issuer "CN=etcd-ca", serial 0a1b…, valid 2026-01-01T00:00:00Z to 2027-01-01T00:00:00Z)` */
export const certificateFacts = (certificate: Certificate): string =>
  `"${formatName(certificate.subject)}" (issuer "${formatName(certificate.issuer)}", serial ${certificate.serial}, ` +
  `valid ${formatInstant(certificate.notBefore)} to ${formatInstant(certificate.notAfter)})`;

/** "2026-10-31T12:00:00Z (22 days ago)" */
export const momentText = (moment: Instant, now: Instant): string =>
  `${formatInstant(moment)} (${agoText(moment, now)})`;

/** `the name "etcd-1"`, `the address 10.0.0.1` */
export const nameWords = ({ kind, value }: ReferenceName): string =>
  kind === "ip" ? `the address ${value}` : `the name "${value}"`;

/** Names of a certificate that a TLS client may ask for: "etcd-1, *.etcd.local, 10.0.0.1"; "none". */
export const namesText = (certificate: Certificate): string => {
  const names = (certificate.subjectAltName ?? []).flatMap((name) =>
    name.kind === "dns" || name.kind === "ip" || name.kind === "uri" || name.kind === "email"
      ? [name.value]
      : [],
  );
  const shown = names.length > 20 ? [...names.slice(0, 20), `${names.length - 20} more`] : names;
  return shown.length === 0 ? "none" : shown.join(", ");
};

/** `"CN=etcd-ca", "CN=kubernetes"`; "none" for no certificate at all. */
export const subjectsText = (certificates: readonly Certificate[]): string => {
  const names = [...new Set(certificates.map(({ subject }) => `"${formatName(subject)}"`))];
  const shown = names.length > 10 ? [...names.slice(0, 10), `${names.length - 10} more`] : names;
  return shown.length === 0 ? "none" : shown.join(", ");
};

/** "3F:A1:…", as `openssl x509 -text` prints key identifiers. */
export const colonHex = (bytes: Uint8Array): string =>
  hexOf(bytes)
    .toUpperCase()
    .replaceAll(/(..)(?=.)/g, "$1:");

/** "1 certificate", "3 certificates" */
export const counted = (count: number, word: string): string =>
  `${count} ${word}${count === 1 ? "" : "s"}`;

/** Programs' names are written small wherever they stand. */
const small =
  /^(?:calicoctl|etcdctl|etcd|kubectl|kubelet|kubeadm|istiod|istioctl|ztunnel|nginx|haproxy|curl|node|openssl)$/;

/** The sentence as it is printed: a capital first, unless it begins with a name, path or host, and a full stop at the end. */
export const sentence = (text: string): string => {
  const [first = ""] = text.split(" ", 1);
  const isWord = /^[a-z]+$/.test(first) && !small.test(first);
  const begun = isWord ? text.charAt(0).toUpperCase() + text.slice(1) : text;
  return /[.!?]$/.test(begun) ? begun : `${begun}.`;
};
