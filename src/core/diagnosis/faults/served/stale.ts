import { formatInstant } from "../../../x509/time.ts";
import { certificateFaults } from "../../served-certificate.ts";
import { endpointText } from "../../endpoint.ts";
import { defineFault } from "../../fault.ts";
import { certificatesOf } from "../../file-evidence.ts";
import { locationText } from "../../location.ts";
import { callIt, certificateFacts } from "../../words.ts";
import { shellWord } from "../../../text/shell-word.ts";

export const fault = defineFault({
  id: "served.stale",
  title: "Server serves an older certificate than its file",
  side: "server",
  severity: "fault",
  stage: "deployment",
  explains: certificateFaults,
  cites: [
    "kubeadm certs renew: restart the control-plane components",
    "nginx -s reload",
    "etcd reads its certificate at each handshake",
  ],
  explain: `The file holds one certificate and the server shows another: the file was replaced and the process was not told. Most
servers read it at their start or when reloaded (nginx, HAProxy, PostgreSQL), some by themselves (etcd, kube-apiserver
for its serving certificate). It stays unnoticed until the old one expires.`,
  detect: (seen) => {
    const { endpoint, served, server, offline } = seen;
    const file = server?.certificate;
    const [onDisk, ...behind] = certificatesOf(file);
    if (endpoint === undefined || served === undefined || offline === true) return undefined;
    if (file === undefined || onDisk === undefined) return undefined;
    const all = certificatesOf(file);
    if (all.some(({ fingerprint }) => fingerprint === served.leaf.fingerprint)) return undefined;
    const { failures, leaf, anchors } = served;
    const failing = failures.go.length + failures.openssl.length > 0;
    const helps = seen.verify({ leaf: onDisk, intermediates: behind, anchors }).ok;
    const where = endpointText(endpoint);
    const newer = onDisk.notBefore > leaf.notBefore || onDisk.notAfter > leaf.notAfter;
    return {
      text: `${where} still serves ${callIt(leaf)} with serial ${leaf.serial}, and ${file.name} holds ${newer ? "a newer" : "another"} one, serial ${onDisk.serial}: the server has not read it yet`,
      subject: where,
      // Where a reload would bring the next trouble, what is wrong with the present one still counts.
      certainty: failing && !helps ? "possible" : newer ? "proved" : "likely",
      evidence: [
        `the server sent ${certificateFacts(leaf)}, SHA-256 ${leaf.fingerprint}`,
        `${file.name} (${locationText(file.named)}) holds ${certificateFacts(onDisk)}, SHA-256 ${onDisk.fingerprint}`,
      ],
      breaks: `clients see the old certificate until it expires ${formatInstant(leaf.notAfter)}`,
      fix: [
        {
          does: `restart or reload the server at ${where}, so that it reads ${file.name}; then see that it serves the new one`,
          command: `certwright doctor ${where} --server-cert ${shellWord(file.path ?? file.name)}${seen.client.ca === undefined ? "" : ` --ca ${shellWord(seen.client.ca.path ?? seen.client.ca.name)}`}`,
        },
      ],
    };
  },
});
