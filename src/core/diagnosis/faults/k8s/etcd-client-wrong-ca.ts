import { formatName } from "../../../x509/names.ts";
import type { Case } from "../../case.ts";
import { endpointText } from "../../endpoint.ts";
import { defineFault } from "../../fault.ts";
import { failureOf } from "../../for-whom.ts";
import type { Detected } from "../../finding.ts";
import { locationText } from "../../location.ts";
import { callIt, certificateFacts, subjectsText } from "../../words.ts";
import { shellWord } from "../../../text/shell-word.ts";

export const fault = defineFault({
  id: "k8s.etcd-client-wrong-ca",
  title: "kube-apiserver and etcd do not trust each other",
  side: "config",
  severity: "fault",
  stage: "trust",
  explains: [
    "client.wrong-ca",
    "client.ca-key-changed",
    "client.ca-list-mismatch",
    "client.missing-intermediate",
    "client.rejected",
    "trust.unknown-ca",
    "trust.ca-key-changed",
    "trust.wrong-role-ca",
    "trust.bad-signature",
    "k8s.401-client-cert",
  ],
  cites: [
    "kube-apiserver --etcd-cafile, --etcd-certfile, --etcd-keyfile",
    "kubeadm: pki/etcd/ca.crt",
  ],
  explain: `etcd has a CA of its own in a kubeadm cluster (pki/etcd/ca.crt, "etcd-ca"). kube-apiserver needs that CA as
\`--etcd-cafile\`, and a client certificate of it (apiserver-etcd-client.crt). With one of another CA, such as the cluster's own
"kubernetes" or an etcd-ca made anew, kube-apiserver does not start; its last words are the same for every fault of this
connection: "Error creating leases: error creating storage factory: context deadline exceeded".`,
  detect: (seen) => fromFiles(seen) ?? fromLog(seen),
});

const fromFiles = (seen: Case): Detected | undefined => {
  const { endpoint, client, own, served, server } = seen;
  if (endpoint?.program !== "etcd" || client.who !== "kube-apiserver") return undefined;
  const where = endpointText(endpoint);
  const strange = (failures: NonNullable<Case["own"]>["failures"]) =>
    failureOf(failures, "unknown-authority") ?? failureOf(failures, "bad-signature");
  if (
    own !== undefined &&
    own.anchorsFrom === "server-config" &&
    strange(own.failures) !== undefined
  ) {
    const { certificate, file } = own;
    const trusted = server!.clientCa!;
    return {
      text: `etcd does not accept kube-apiserver's client certificate ${callIt(certificate)} in ${file.name}: it comes from "${formatName(certificate.issuer)}", and etcd trusts ${subjectsText(own.anchors)} of ${trusted.name}`,
      subject: file.name,
      certainty: "proved",
      evidence: [
        `${locationText(file.named)} names ${file.name}: ${certificateFacts(certificate)}`,
        `${locationText(trusted.named)} names ${trusted.name}: ${own.anchors.map(certificateFacts).join(", ")}`,
        strange(own.failures)!.failure.message,
      ],
      breaks: "kube-apiserver does not start, and with it nothing of the cluster",
      fix: [
        {
          does: `issue ${file.name} again from the CA in ${trusted.name} (move the old one away first)`,
          command: "kubeadm certs renew apiserver-etcd-client",
        },
      ],
    };
  }
  if (served === undefined || client.ca === undefined || strange(served.failures) === undefined)
    return undefined;
  return {
    text: `kube-apiserver does not trust etcd at ${where}: the certificate ${callIt(served.leaf)} comes from "${formatName(served.chain.at(-1)!.issuer)}", and ${client.ca.name} has ${subjectsText(served.anchors)}`,
    subject: client.ca.name,
    certainty: "proved",
    evidence: [
      `${locationText(client.ca.named)} names ${client.ca.name}: ${served.anchors.map(certificateFacts).join(", ")}`,
      `etcd serves ${served.chain.map(certificateFacts).join(", then ")}`,
    ],
    breaks: "kube-apiserver does not start, and with it nothing of the cluster",
    fix: [
      {
        does: `name the CA that issued etcd's certificate in ${locationText(client.ca.named)} in place of ${client.ca.name}, or issue etcd's certificate again from that CA`,
        command: `certwright inspect ${shellWord(client.ca.name)}`,
      },
    ],
  };
};

const fromLog = ({ log, endpoint }: Case): Detected | undefined => {
  if (endpoint !== undefined) return undefined;
  const last = log.findLast(({ raw }) =>
    /Error creating leases: error creating storage factory|error creating storage factory: context deadline|unable to create storage backend: config/.test(
      raw,
    ),
  );
  const dial = log.findLast(
    ({ raw, program }) =>
      program !== "etcd" &&
      /createTransport failed to connect/.test(raw) &&
      /unknown certificate authority|signed by unknown authority|bad certificate|certificate required/.test(
        raw,
      ),
  );
  const line = last ?? dial;
  if (line === undefined) return undefined;
  const reason =
    dial === undefined ? undefined : /remote error: tls: [\w ]+|x509: [\w :]+/.exec(dial.raw)?.[0];
  return {
    text: `kube-apiserver cannot reach etcd over TLS${reason === undefined ? ": most often its client certificate or CA for etcd is not etcd's" : ` ("${reason}"): its client certificate or CA for etcd is not etcd's`}`,
    subject: line.file,
    certainty: dial === undefined ? "likely" : "proved",
    evidence: [
      `${line.file}:${line.line}: ${line.raw}`,
      ...(dial === undefined || dial === line ? [] : [`${dial.file}:${dial.line}: ${dial.raw}`]),
      "kube-apiserver ends with these words whatever is wrong with that connection; etcd's log says which side's certificate it is",
    ],
    breaks: "kube-apiserver does not start, and with it nothing of the cluster",
    fix: [
      {
        does: "check --etcd-cafile, --etcd-certfile and --etcd-keyfile of kube-apiserver against etcd's own files: on the control-plane node",
        command: "certwright doctor /etc/kubernetes",
      },
    ],
  };
};
