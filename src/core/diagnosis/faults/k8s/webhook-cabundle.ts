import { formatName } from "../../../x509/names.ts";
import type { Case } from "../../case.ts";
import { endpointText } from "../../endpoint.ts";
import { defineFault } from "../../fault.ts";
import { failureOf } from "../../for-whom.ts";
import type { Detected } from "../../finding.ts";
import { objectNamed, webhookLines } from "../../webhook.ts";
import { locationText } from "../../location.ts";
import { callIt, certificateFacts, subjectsText } from "../../words.ts";

export const fault = defineFault({
  id: "k8s.webhook-cabundle",
  title: "caBundle does not fit the certificate of the webhook",
  side: "config",
  severity: "fault",
  stage: "trust",
  explains: [
    "trust.unknown-ca",
    "trust.ca-key-changed",
    "trust.bad-signature",
    "trust.self-signed-leaf",
    "trust.no-ca-configured",
    "trust.ca-file-is-leaf",
    "k8s.kubelet-serving",
  ],
  cites: [
    "Kubernetes: admissionregistration.k8s.io/v1 WebhookClientConfig.caBundle",
    "kube-apiserver: failed calling webhook",
  ],
  explain: `kube-apiserver verifies a webhook (or an aggregated API) with the \`caBundle\` of its configuration alone. The server
has a certificate of another CA: it was renewed with a new CA and nobody renewed the bundle, or the bundle is that of another
environment. All requests that the webhook is asked about fail: "failed calling webhook …: x509: certificate signed by unknown authority"; of an aggregated API its clients hear "error trying to reach service: …".`,
  detect: (seen) => fromServer(seen) ?? fromLog(seen),
});

const fromServer = (seen: Case): Detected | undefined => {
  const { endpoint, client, served } = seen;
  if (endpoint?.program !== "webhook" || served === undefined) return undefined;
  if (client.ca === undefined || served.anchors.length === 0) return undefined;
  const found =
    failureOf(served.failures, "unknown-authority") ?? failureOf(served.failures, "bad-signature");
  if (found === undefined) return undefined;
  const { ca } = client;
  const last = served.chain.at(-1)!;
  const issuer = formatName(last.issuer);
  const name = objectNamed(seen);
  const namesake = served.anchors.some(({ subject }) => formatName(subject) === issuer);
  return {
    text: `the caBundle of ${name} does not fit: ${endpointText(endpoint)} has the certificate ${callIt(served.leaf)} from "${issuer}", ${namesake ? "issued by another key of that name than the one in the bundle" : `and the bundle trusts ${subjectsText(served.anchors)}`}`,
    subject: ca.name,
    certainty: "proved",
    evidence: [
      `${locationText(ca.named)} trusts ${served.anchors.map(certificateFacts).join(", ")}`,
      `the server sent ${served.chain.map(certificateFacts).join(", then ")}`,
    ],
    breaks: `kube-apiserver refuses the server; with failurePolicy Fail every request that ${name} is asked about fails`,
    fix: [
      {
        does: `put the certificate of "${issuer}" that issued the server's certificate, as base64 of its PEM, into caBundle of ${name} (${locationText(ca.named)})`,
        command: "base64 -w0 < ca.crt",
      },
    ],
  };
};

const fromLog = (seen: Case): Detected | undefined => {
  const [line] = webhookLines(seen, /x509: certificate signed by unknown authority/);
  if (line === undefined) return undefined;
  const { event, name } = line;
  const candidate = /candidate authority certificate \\?"([^"\\]*)/.exec(event.raw)?.[1];
  return {
    text: `kube-apiserver does not trust the certificate of ${name}: ${candidate === undefined ? "its caBundle is not that of the CA that issued it, or is empty" : `its caBundle has a CA "${candidate}" with another key`}`,
    subject: name,
    certainty: candidate === undefined ? "likely" : "proved",
    evidence: [`${event.file}:${event.line}: ${event.raw}`],
    breaks: "with failurePolicy Fail every request that it is asked about fails",
    fix: [
      {
        does: `compare caBundle in the configuration of ${name} with the CA of the server's certificate, and put that CA in`,
        command: /APIService|aggregated/.test(name)
          ? "kubectl get apiservices -o yaml > apiservices.yaml && certwright doctor apiservices.yaml"
          : "kubectl get validatingwebhookconfigurations,mutatingwebhookconfigurations -o yaml > webhooks.yaml && certwright doctor webhooks.yaml",
      },
    ],
  };
};
