import { commonNameOf, formatName } from "../../../x509/names.ts";
import type { Case } from "../../case.ts";
import { defineFault } from "../../fault.ts";
import { failureOf } from "../../for-whom.ts";
import type { Detected } from "../../finding.ts";
import { staticPodOf } from "../../kubernetes.ts";
import { locationText } from "../../location.ts";
import { callIt, certificateFacts, subjectsText } from "../../words.ts";

export const fault = defineFault({
  id: "k8s.front-proxy-ca",
  title: "Aggregated APIs do not trust kube-apiserver as front proxy",
  side: "config",
  severity: "fault",
  stage: "client-certificate",
  explains: [
    "client.wrong-ca",
    "client.ca-key-changed",
    "client.rejected",
    "client.missing-intermediate",
    "trust.wrong-role-ca",
    "k8s.401-client-cert",
  ],
  cites: [
    "Kubernetes: Configure the Aggregation Layer",
    "kube-apiserver --requestheader-client-ca-file, --requestheader-allowed-names, --proxy-client-cert-file",
  ],
  explain: `kube-apiserver passes requests on to aggregated APIs (metrics-server and others) and tells them in headers who asks. They believe
it only when it shows a certificate of \`--requestheader-client-ca-file\` whose CN is among \`--requestheader-allowed-names\`. With
another CA or CN the aggregated API answers 401, and \`kubectl top\` or \`kubectl get apiservices\` shows FailedDiscoveryCheck.`,
  detect: (seen) => fromFiles(seen) ?? fromLog(seen),
});

const fromFiles = (seen: Case): Detected | undefined => {
  const { own, client, server } = seen;
  if (own === undefined || client.certificate === undefined || server?.clientCa === undefined)
    return undefined;
  const isFrontProxy =
    client.certificate.named.field === "--proxy-client-cert-file" &&
    server.clientCa.named.field === "--requestheader-client-ca-file";
  if (!isFrontProxy) return undefined;
  const { certificate, file } = own;
  const { clientCa } = server;
  const strange =
    failureOf(own.failures, "unknown-authority") ?? failureOf(own.failures, "bad-signature");
  const allowed = (
    staticPodOf(seen, "kube-apiserver")?.fields["requestheader-allowed-names"]?.value ?? ""
  )
    .split(",")
    .filter((name) => name !== "");
  const name = commonNameOf(certificate.subject) ?? "";
  const unnamed = allowed.length > 0 && !allowed.includes(name);
  if (strange === undefined && !unnamed) return undefined;
  return {
    text:
      strange === undefined
        ? `aggregated APIs do not accept kube-apiserver's front proxy certificate ${callIt(certificate)}: --requestheader-allowed-names has only ${allowed.join(", ")}`
        : `aggregated APIs do not accept kube-apiserver's front proxy certificate ${callIt(certificate)} in ${file.name}: it comes from "${formatName(certificate.issuer)}", and ${clientCa.name} has ${subjectsText(own.anchors)}`,
    subject: file.name,
    certainty: "proved",
    evidence: [
      `${locationText(file.named)} names ${file.name}: ${certificateFacts(certificate)}`,
      `${locationText(clientCa.named)} names ${clientCa.name}: ${own.anchors.map(certificateFacts).join(", ")}`,
      ...(strange === undefined ? [] : [strange.failure.message]),
    ],
    breaks:
      "aggregated APIs such as metrics-server answer 401: kubectl top and the autoscaler fail",
    fix: [
      strange === undefined
        ? {
            does: `issue ${file.name} again for CN=${allowed[0]!}, or add "${name}" to --requestheader-allowed-names`,
            command: "kubeadm certs renew front-proxy-client",
          }
        : {
            does: `issue ${file.name} again from the CA in ${clientCa.name}, then restart kube-apiserver`,
            command: "kubeadm certs renew front-proxy-client",
          },
    ],
  };
};

const fromLog = ({ log, endpoint }: Case): Detected | undefined => {
  if (endpoint !== undefined) return undefined;
  const line = log.findLast(
    ({ raw }) =>
      /x509: subject with cn=\S+ is not in the allowed list|requestheader|front-proxy/i.test(raw) &&
      /x509|certificate|not in the allowed list|Unable to authenticate/i.test(raw),
  );
  if (line === undefined) return undefined;
  const cn = /subject with cn=(\S+?)\s/.exec(line.raw)?.[1];
  return {
    text: `an aggregated API does not accept kube-apiserver as front proxy${cn === undefined ? "" : `: its CN "${cn}" is not among --requestheader-allowed-names`}`,
    subject: cn ?? line.file,
    certainty: "likely",
    evidence: [`${line.file}:${line.line}: ${line.raw}`],
    breaks: "aggregated APIs such as metrics-server answer 401",
    fix: [
      {
        does: `let --proxy-client-cert-file of kube-apiserver come from --requestheader-client-ca-file${cn === undefined ? "" : `, and add "${cn}" to --requestheader-allowed-names`}; see what is there`,
        command: "certwright inspect /etc/kubernetes/pki/front-proxy-client.crt",
      },
    ],
  };
};
