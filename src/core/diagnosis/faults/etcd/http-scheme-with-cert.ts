import type { Case } from "../../case.ts";
import { fieldOf } from "../../config.ts";
import { etcdConfigs, lineSaying, lineText, urlsOf } from "../../etcd-settings.ts";
import { defineFault } from "../../fault.ts";
import type { Detected } from "../../finding.ts";
import { locationText } from "../../location.ts";

export const fault = defineFault({
  id: "etcd.http-scheme-with-cert",
  title: "etcd has a certificate and does not use it: the URL says http",
  side: "config",
  severity: "fault",
  stage: "config",
  explains: [
    "proto.server-plaintext-http",
    "net.closed-in-handshake",
    "proto.client-plaintext",
    "etcd.advertise-http",
  ],
  cites: ["etcd server/embed/etcd.go: scheme is http or unix while key and cert files are present"],
  explain: `The scheme of the URLs decides, not the files: with http:// in listen-client-urls etcd speaks plainly, whatever
certificates it was given, and only warns: "scheme is http or unix while key and cert files are present; ignoring key and cert
files". Clients that speak TLS see the connection closed without a word; clients that do not are let in by nobody's leave.`,
  detect: (seen) => fromConfig(seen) ?? fromLog(seen),
});

const sides = [
  { urls: "listen-client-urls", prefix: "" },
  { urls: "listen-peer-urls", prefix: "peer-" },
] as const;

const fromConfig = (seen: Case): Detected | undefined => {
  for (const config of etcdConfigs(seen))
    for (const { urls, prefix } of sides) {
      const listed = urlsOf(config, urls);
      const certificate = fieldOf(config, `${prefix}cert-file`);
      const [url] = listed;
      // A second URL for this machine alone, in plain, is a usual thing.
      if (url === undefined || certificate === undefined) continue;
      if (listed.some(({ scheme }) => scheme === "https")) continue;
      return {
        text: `etcd has the certificate ${certificate.value} and does not use it: ${url.text} says http`,
        subject: config.file,
        certainty: "proved",
        evidence: [
          `${locationText(url.field.at)} has ${url.text}`,
          `${locationText(certificate.at)} has ${certificate.value}`,
        ],
        breaks:
          "etcd speaks plain HTTP there: TLS clients get no answer, and everybody else gets in",
        fix: [
          {
            does: `write https:// in ${locationText(url.field.at)}, and in the URLs that are advertised`,
            command: `grep -n urls ${config.file}`,
          },
        ],
      };
    }
  return undefined;
};

const fromLog = (seen: Case): Detected | undefined => {
  const line = lineSaying(
    seen,
    /scheme (?:of \w+ url \S+ )?is http\b.* while .*(?:key and cert files|key\/cert files|client[- ]cert[- ]auth)/i,
  );
  if (line === undefined) return undefined;
  const url =
    /"(?:[a-z]+-)?url":"([^"]+)"/.exec(line.raw)?.[1] ?? /url (http:\S+)/.exec(line.text)?.[1];
  const what = url ?? "a URL with http://";
  return {
    text: `etcd has a certificate and does not use it: ${what} says http`,
    subject: what,
    certainty: "proved",
    evidence: [lineText(line)],
    breaks: "etcd speaks plain HTTP there: TLS clients get no answer, and everybody else gets in",
    fix: [
      {
        does: `write https:// in --listen-client-urls and --advertise-client-urls (ETCD_LISTEN_CLIENT_URLS, ETCD_ADVERTISE_CLIENT_URLS)${url === undefined ? "" : ` in place of ${url}`}`,
      },
    ],
  };
};
