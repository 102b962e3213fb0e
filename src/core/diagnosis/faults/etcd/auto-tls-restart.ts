import { formatName } from "../../../x509/names.ts";
import type { Certificate } from "../../../model/certificate.ts";
import type { Case } from "../../case.ts";
import { endpointText } from "../../endpoint.ts";
import { etcdConfigs, isOn } from "../../etcd-settings.ts";
import { defineFault } from "../../fault.ts";
import { certificatesOf } from "../../file-evidence.ts";
import type { Detected } from "../../finding.ts";
import { locationText } from "../../location.ts";
import { certificateFacts } from "../../words.ts";

export const fault = defineFault({
  id: "etcd.auto-tls-restart",
  title: "etcd makes itself a new certificate at each start (auto-tls)",
  side: "server",
  severity: "fault",
  stage: "trust",
  explains: [
    "trust.self-signed-leaf",
    "trust.unknown-ca",
    "trust.ca-key-changed",
    "trust.no-ca-configured",
    "trust.bad-signature",
    "trust.ca-file-is-leaf",
    "trust.root-sent",
    "trust.ca-not-ca",
  ],
  cites: ["etcd client/pkg/v3/transport/listener.go: SelfCert, Organization etcd"],
  explain: `With auto-tls (peer-auto-tls) etcd signs its own certificate, with O=etcd as its only name, and makes another one when
its data directory was emptied or moved. Nobody can trust it for longer than that, and it proves nothing about who answers. It
is for trying things out.`,
  detect: (seen) => fromServer(seen) ?? fromConfig(seen),
});

/** As etcd's SelfCert makes them. */
const isSelfMade = (certificate: Certificate): boolean =>
  formatName(certificate.subject) === "O=etcd" && formatName(certificate.issuer) === "O=etcd";

const fix = [
  {
    does: "issue certificates from a CA and name them by --cert-file, --key-file and --trusted-ca-file in place of --auto-tls",
    command: "certwright etcd init",
  },
];

const fromServer = ({ endpoint, served, client }: Case): Detected | undefined => {
  if (endpoint === undefined || served === undefined || !isSelfMade(served.leaf)) return undefined;
  const trusted = certificatesOf(client.ca);
  if (trusted.some(({ fingerprint }) => fingerprint === served.leaf.fingerprint)) return undefined;
  const earlier = trusted.find(isSelfMade);
  const where = endpointText(endpoint);
  return {
    text: `${where} shows a certificate that etcd made itself (auto-tls)${earlier === undefined ? "" : `, another one than ${client.ca!.name} holds: it makes a new one when it starts anew`}`,
    subject: where,
    certainty: "proved",
    evidence: [
      `the server sent ${certificateFacts(served.leaf)}`,
      ...(earlier === undefined ? [] : [`${client.ca!.name} holds ${certificateFacts(earlier)}`]),
    ],
    breaks: "no client can trust it, except by a copy that is good until the next start",
    fix,
  };
};

const fromConfig = (seen: Case): Detected | undefined => {
  for (const config of etcdConfigs(seen)) {
    const key = ["auto-tls", "peer-auto-tls"].find((one) => isOn(config, one));
    if (key === undefined) continue;
    return {
      text: `etcd makes itself a certificate that nobody can trust: ${key} is on in ${config.file}`,
      subject: config.file,
      certainty: "proved",
      severity: "warning",
      evidence: [`${locationText(config.fields[key]!.at)} is on`],
      breaks:
        "clients and peers cannot tell who answers, and a copy of the certificate is good until the next start",
      fix,
    };
  }
  return undefined;
};
