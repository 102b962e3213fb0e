import type { ReferenceName } from "../../x509/path.ts";
import { mismatchOf, referenceOf, type Mismatch, type PresentedNames } from "../presented-names.ts";

/** What a program's words tell of a certificate whose name does not fit. */
export interface NameComplaint {
  readonly wanted?: ReferenceName;
  readonly names: PresentedNames;
  readonly mismatch: Mismatch;
}

const nothing: PresentedNames = { dns: [], ips: [], uris: [] };

const split = (list: string): readonly string[] =>
  list
    .split(/,\s*/)
    .map((name) => name.trim())
    .filter((name) => name !== "");

const sorted = (list: readonly string[]): PresentedNames => ({
  dns: list.filter((name) => referenceOf(name).kind === "dns" && !name.includes("://")),
  ips: list.filter((name) => referenceOf(name).kind === "ip"),
  uris: list.filter((name) => name.includes("://")),
});

const found = (wanted: string, names: PresentedNames): NameComplaint => ({
  wanted: referenceOf(wanted),
  names,
  mismatch: mismatchOf(referenceOf(wanted), names),
});

const known = (mismatch: Mismatch["kind"], wanted?: string): NameComplaint => ({
  ...(wanted === undefined ? {} : { wanted: referenceOf(wanted) }),
  names: nothing,
  mismatch: { kind: mismatch },
});

const plain = (wanted: string): NameComplaint =>
  known(referenceOf(wanted).kind === "ip" ? "ip-missing" : "host-mismatch", wanted);

type Reader = readonly [RegExp, (parts: RegExpExecArray) => NameComplaint];

/** The sentences of Go, Node, rustls, curl, Java, Python, nginx, Envoy and GnuTLS, as measured. */
const readers: readonly Reader[] = [
  [
    /certificate is valid for (.{1,2000}?), not ([^\s"]+)/,
    ([, l, w]) => found(w!, sorted(split(l!))),
  ],
  [
    /cannot validate certificate for (\S+) because it doesn't contain any IP SANs/,
    ([, w]) => known("ip-missing", w!),
  ],
  [/relies on legacy Common Name field/, () => known("cn-only")],
  [
    /certificate is not valid for any names, but wanted to match ([^\s"]+)/,
    ([, w]) => known("no-names", w!),
  ],
  [
    /unable to obtain common name from peer certificate|Cert does not contain a DNS name/,
    () => known("no-names"),
  ],
  [
    /Hostname\/IP does not match certificate's altnames: Host: (\S+?)\.? is not in the cert's altnames: ([^\n]{0,2000})/,
    ([, w, l]) => found(w!, sorted(split(l!.replaceAll(/(?:DNS|IP Address|URI):/g, "")))),
  ],
  [
    /altnames: Host: (\S+?)\.? is not cert's CN: (\S*)/,
    ([, w, cn]) => found(w!, { ...nothing, commonName: cn! }),
  ],
  [
    /altnames: IP: (\S+) is not in the cert's list: ?([^\n]{0,2000})/,
    ([, w, l]) => found(w!, { ...sorted(split(l!)), dns: ["-"] }),
  ],
  [
    /certificate not valid for name "([^"]+)"; certificate is (?:only valid for ([^\n]{0,2000})|not valid for any names)/,
    ([, w, l]) =>
      l === undefined
        ? known("cn-only", w!)
        : found(
            w!,
            sorted([...l.matchAll(/(?:DnsName|IpAddress)\("?([^")]+)"?\)/g)].map((one) => one[1]!)),
          ),
  ],
  [
    /no alternative certificate subject name matches target (?:host name|ipv[46] address) '([^']+)'/,
    ([, w]) => plain(w!),
  ],
  [
    /No subject alternative (?:DNS name|names) matching (?:IP address )?(\S+?) found/,
    ([, w]) => plain(w!),
  ],
  [/No name matching (\S+) found/, ([, w]) => plain(w!)],
  [
    /(?:Hostname|IP address) mismatch, certificate is not valid for '([^']+)'/,
    ([, w]) => plain(w!),
  ],
  [
    /server certificate for "([^"]+)"(?: \(and \d+ other names?\))? does not match host name "([^"]+)"/,
    ([, l, w]) => found(w!, sorted([l!])),
  ],
  [/upstream SSL certificate does not match "([^"]+)"/, ([, w]) => plain(w!)],
  [
    /certificate[_ ]SANs[_ ]are[_ ]?\[([^\]]{1,2000})\]/,
    ([, l]) => ({
      names: sorted(split(l!.replaceAll(/,_/g, ","))),
      mismatch: { kind: "host-mismatch" },
    }),
  ],
  [
    /SAN[_ ]matcher|name in the certificate does not match the expected/,
    () => known("host-mismatch"),
  ],
];

/** Reads the names out of a complaint; undefined when it is none. Linear in the text. */
export const nameComplaintOf = (text: string): NameComplaint | undefined => {
  for (const [pattern, read] of readers) {
    const parts = pattern.exec(text);
    if (parts !== null) return read(parts);
  }
  return undefined;
};
