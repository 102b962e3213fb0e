import { lineSaying, lineText } from "../../etcd-settings.ts";
import { defineFault } from "../../fault.ts";

export const fault = defineFault({
  id: "etcd.start-key-mismatch",
  title: "etcd does not start: certificate and key do not fit",
  side: "server",
  severity: "fault",
  stage: "file",
  explains: ["client.key-mismatch", "served.key-mismatch", "net.refused"],
  cites: ["etcd server/embed/serve.go: registerGateway failed", "Go crypto/tls: X509KeyPair"],
  explain: `etcd's log ends with "tls: private key does not match public key": cert-file and key-file are not of one pair. One of
the two was renewed and the other was not copied. Give doctor the configuration, and it says which file is which.`,
  detect(seen) {
    const line = lineSaying(seen, /private key does not match public key/);
    if (line?.program !== "etcd") return undefined;
    return {
      text: "etcd does not start, because its certificate (--cert-file) and its private key (--key-file) do not belong together",
      subject: "etcd",
      certainty: "proved",
      evidence: [lineText(line)],
      breaks: "this member of etcd is down",
      fix: [
        {
          does: "put the key that was made for the certificate at --key-file (or --peer-key-file), then start etcd; this says which do not fit",
          command: "certwright doctor /etc/etcd/etcd.conf.yml",
        },
      ],
    };
  },
});
