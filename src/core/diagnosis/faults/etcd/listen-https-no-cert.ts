import type { Case } from "../../case.ts";
import { fieldOf } from "../../config.ts";
import { etcdConfigs, isOn, lineSaying, lineText, urlsOf } from "../../etcd-settings.ts";
import { defineFault } from "../../fault.ts";
import type { Detected } from "../../finding.ts";
import { locationText } from "../../location.ts";

export const fault = defineFault({
  id: "etcd.listen-https-no-cert",
  title: "etcd is to listen with TLS and has no certificate",
  side: "config",
  severity: "fault",
  stage: "config",
  explains: ["net.refused"],
  cites: [
    "etcd server/embed/etcd.go: TLS key/cert must be provided for client url",
    "etcd client/pkg transport: KeyFile and CertFile are not presented",
  ],
  explain: `A URL in listen-client-urls or listen-peer-urls begins with https, and neither a certificate with its key nor auto-tls
is set for it. etcd 3.6 stops at once: "TLS key/cert (--cert-file, --key-file) must be provided for client url"; older ones say
"KeyFile and CertFile are not presented". Often the settings are there, under the wrong name: cert-file and key-file are for
clients, peer-cert-file and peer-key-file for peers.`,
  detect: (seen) => fromConfig(seen) ?? fromLog(seen),
});

const sides = [
  { urls: "listen-client-urls", prefix: "" },
  { urls: "listen-peer-urls", prefix: "peer-" },
] as const;

const fromConfig = (seen: Case): Detected | undefined => {
  for (const config of etcdConfigs(seen))
    for (const { urls, prefix } of sides) {
      const url = urlsOf(config, urls).find(({ scheme }) => scheme === "https");
      const lacking = [`${prefix}cert-file`, `${prefix}key-file`].filter(
        (key) => fieldOf(config, key) === undefined,
      );
      if (url === undefined || lacking.length === 0 || isOn(config, `${prefix}auto-tls`)) continue;
      return {
        text: `etcd is told to listen on ${url.text} with TLS, and ${config.file} sets no ${lacking.join(" and no ")}`,
        subject: config.file,
        certainty: "proved",
        evidence: [
          `${locationText(url.field.at)} has ${url.text}`,
          ...lacking.map((key) => `${config.file} has no ${key}`),
        ],
        breaks: "etcd does not start",
        fix: [
          {
            does: `set ${prefix}cert-file and ${prefix}key-file in ${config.file}, or write http:// in ${locationText(url.field.at)}; see what it has`,
            command: `grep -n -e cert -e key -e urls ${config.file}`,
          },
        ],
      };
    }
  return undefined;
};

const words =
  /TLS key\/cert \(([^)]*)\) must be provided for (client|peer) url (\S+)|cannot listen on TLS for ([^:\s]+(?::\d+)?): KeyFile and CertFile are not presented|KeyFile and CertFile are not presented/i;

const fromLog = (seen: Case): Detected | undefined => {
  const line = lineSaying(seen, words);
  if (line === undefined) return undefined;
  const parts = words.exec(line.text);
  const url = parts?.[3] ?? parts?.[4] ?? "an https URL";
  const flags = parts?.[1] ?? "--cert-file, --key-file";
  return {
    text: `etcd is told to listen on ${url} with TLS, and has no certificate and key for it`,
    subject: url,
    certainty: "proved",
    evidence: [lineText(line)],
    breaks: "etcd does not start",
    fix: [
      {
        does: `give etcd ${flags}, or write http:// in ${parts?.[2] === "peer" ? "--listen-peer-urls" : "--listen-client-urls"}`,
      },
    ],
  };
};
