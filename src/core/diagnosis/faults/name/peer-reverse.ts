import { defineFault } from "../../fault.ts";
import { etcdConfigs, isOn, urlsOf } from "../../etcd-settings.ts";
import { certificatesOf, type FileEvidence } from "../../file-evidence.ts";
import { locationText } from "../../location.ts";
import { presentedBy, referenceOf } from "../../presented-names.ts";
import { callIt, namesText } from "../../words.ts";
import { shellWord } from "../../../text/shell-word.ts";
import { fieldOf, type Config } from "../../config.ts";
import type { Case } from "../../case.ts";

export const fault = defineFault({
  id: "name.peer-reverse",
  title: "Peer certificate is not for the member's own address",
  side: "server",
  severity: "fault",
  stage: "name",
  // A peer that dials it stumbles over the same certificate.
  explains: ["name.ip-missing"],
  cites: ["etcd client/pkg/v3/transport/listener_tls.go: checkCertSAN", "etcd#8797"],
  explain: `Between members of an etcd cluster names are checked in both directions: the member that is dialled holds the certificate
of the member that dials against the address the connection comes from. A peer certificate needs the member's own address as an IP
name, or a DNS name that resolves to it; with neither every connection it opens is closed without an alert, and its log has no more
than "EOF". This is found in the configuration; client.san-remote-mismatch is the same in the log of the member that refuses.`,
  detect(seen) {
    if (seen.endpoint !== undefined && seen.endpoint.program !== "etcd-peer") return undefined;
    for (const config of etcdConfigs(seen)) {
      const file = peerCertificateOf(seen, config);
      const [leaf] = certificatesOf(file);
      if (file === undefined || leaf === undefined || !isOn(config, "peer-client-cert-auth"))
        continue;
      const names = presentedBy(leaf);
      // DNS names may resolve to it on the other members; that cannot be told from here. None at all is not checked.
      if (names.dns.length > 0 || names.ips.length === 0) continue;
      const own = [
        ...urlsOf(config, "initial-advertise-peer-urls"),
        ...urlsOf(config, "listen-peer-urls"),
      ].find(({ host }) => referenceOf(host).kind === "ip" && !/^(?:0\.0\.0\.0|::)$/.test(host));
      if (own === undefined || names.ips.includes(own.host)) continue;
      return {
        text: `the peer certificate ${callIt(leaf)} in ${file.name} is for ${namesText(leaf)}, and this member comes from ${own.host}: its peers refuse it`,
        subject: file.name,
        certainty: "likely",
        evidence: [
          `${locationText(own.field.at)} has ${own.text}`,
          `${file.name} (${locationText(file.named)}) has the names ${namesText(leaf)}`,
        ],
        breaks: "the other members close every connection that this one opens",
        fix: [
          {
            does: `issue the peer certificate again with the IP address ${own.host}, put it in the place of ${file.name}, and restart the member; see its names`,
            command: `certwright inspect ${shellWord(file.name)}`,
          },
        ],
      };
    }
    return undefined;
  },
});

const peerCertificateOf = ({ files }: Case, config: Config): FileEvidence | undefined => {
  const value = fieldOf(config, "peer-cert-file")?.value;
  return files.find(
    (file) =>
      file.role === "peer-certificate" && (file.named.file === config.file || file.name === value),
  );
};
