import type { Case } from "../../case.ts";
import { defineFault } from "../../fault.ts";
import { certificatesOf } from "../../file-evidence.ts";
import type { Detected } from "../../finding.ts";
import { objectNamed, webhookLines } from "../../webhook.ts";
import { locationText } from "../../location.ts";

export const fault = defineFault({
  id: "k8s.webhook-cabundle-bad",
  title: "caBundle is no certificate",
  side: "config",
  severity: "fault",
  stage: "config",
  explains: [
    "file.bad-base64",
    "file.bad-der",
    "file.der",
    "file.double-base64",
    "file.empty",
    "file.truncated",
    "file.swapped",
    "file.csr",
    "file.public-key",
    "file.pkcs7",
    "file.pkcs12",
    "file.bom",
    "file.utf16",
    "file.joined-blocks",
    "file.escaped-newlines",
    "file.indented",
    "file.trusted-cert",
    "trust.ca-file-empty",
    "k8s.webhook-cabundle",
    "k8s.webhook-cabundle-empty",
  ],
  cites: [
    "k8s.io/apiserver pkg/util/webhook: unable to load root certificates",
    "Kubernetes: WebhookClientConfig.caBundle, PEM encoded",
  ],
  explain: `\`caBundle\` is base64 of PEM. kube-apiserver stores whatever it is given and finds out at the first call: "could not get
REST client: unable to load root certificates: unable to parse bytes as PEM block". The usual mistakes: base64 twice (a value copied
out of a Secret into a template that encodes again), DER, a private key, or an unreplaced placeholder of a template.`,
  detect: (seen) => fromManifest(seen) ?? fromLog(seen),
});

const fromManifest = (seen: Case): Detected | undefined => {
  const { endpoint, client } = seen;
  const { ca } = client;
  if (endpoint?.program !== "webhook" || ca?.role !== "ca-bundle") return undefined;
  const faults = ca.material.faults.filter(({ harmless }) => !harmless);
  const count = certificatesOf(ca).length;
  if (count > 0 && faults.length === 0) return undefined;
  const name = objectNamed(seen);
  return {
    text: `the caBundle of ${name} is no PEM certificate: kube-apiserver stored it and cannot use it`,
    subject: ca.name,
    certainty: "proved",
    evidence: [
      `${locationText(ca.named)} holds ${ca.size ?? 0} bytes and ${count === 0 ? "no certificate" : `${count} readable`}`,
      ...faults.map(({ message }) => message),
    ],
    breaks: `every call of it ends with "unable to load root certificates: unable to parse bytes as PEM block"`,
    fix: [
      {
        does: `put base64 (once) of the CA's PEM file into caBundle of ${name} (${locationText(ca.named)})`,
        command: "base64 -w0 < ca.crt",
      },
    ],
  };
};

const fromLog = (seen: Case): Detected | undefined => {
  const [line] = webhookLines(
    seen,
    /unable to load root certificates|unable to parse bytes as PEM block/,
  );
  return line === undefined
    ? undefined
    : {
        text: `the caBundle of ${line.name} is no PEM certificate, and kube-apiserver cannot call it`,
        subject: line.name,
        certainty: "proved",
        evidence: [`${line.event.file}:${line.event.line}: ${line.event.raw}`],
        breaks: "with failurePolicy Fail every request that it is asked about fails",
        fix: [
          {
            does: `put base64 (once) of the CA's PEM file into caBundle in the configuration of ${line.name}`,
            command: "base64 -w0 < ca.crt",
          },
        ],
      };
};
