import { formatName } from "../../../x509/names.ts";
import type { Case } from "../../case.ts";
import { defineFault } from "../../fault.ts";
import type { Detected } from "../../finding.ts";
import { endpointText } from "../../endpoint.ts";
import { failureOf } from "../../for-whom.ts";
import { kubeconfigOfCase } from "../../kubernetes.ts";
import { locationText } from "../../location.ts";
import { callIt, certificateFacts, colonHex } from "../../words.ts";
import { shellWord } from "../../../text/shell-word.ts";

export const fault = defineFault({
  id: "k8s.kubeconfig-stale-ca",
  title: "Kubeconfig has a former CA of the cluster",
  side: "config",
  severity: "fault",
  stage: "trust",
  explains: [
    "trust.ca-key-changed",
    "trust.unknown-ca",
    "trust.bad-signature",
    "trust.rotation-incomplete",
  ],
  cites: ["Kubernetes: manual rotation of CA certificates", "kubeadm init phase kubeconfig"],
  explain: `The cluster's CA was made anew under the same name (kubeadm calls every CA "kubernetes"), and the kubeconfig
still holds the old one. Go says "certificate signed by unknown authority (possibly because of "x509: … verification
failure" while trying to verify candidate authority certificate "kubernetes")". The names are equal; only the key
identifiers show that they are two CAs. The same happens with the CA in the kube-root-ca.crt ConfigMaps.`,
  // The words of kubectl alone do not tell which side is the former one: trust.ca-key-changed.
  detect: (seen) => fromServer(seen),
});

const fromServer = (seen: Case): Detected | undefined => {
  const { endpoint, client, served } = seen;
  const config = kubeconfigOfCase(seen);
  if (endpoint === undefined || served === undefined || config === undefined) return undefined;
  if (endpoint.source.file !== config.file || client.ca === undefined) return undefined;
  const found =
    failureOf(served.failures, "unknown-authority") ?? failureOf(served.failures, "bad-signature");
  if (found === undefined) return undefined;
  const last = served.chain.find(({ issuer }) =>
    served.anchors.some(({ subject }) => formatName(subject) === formatName(issuer)),
  );
  const old = served.anchors.find(
    ({ subject }) => last !== undefined && formatName(subject) === formatName(last.issuer),
  );
  if (last === undefined || old === undefined) return undefined;
  const where = endpointText(endpoint);
  const wanted = last.authorityKeyIdentifier?.keyIdentifier;
  return {
    text: `${config.file} trusts a former CA ${callIt(old)}: the certificate of ${where} was issued by another key of that name`,
    subject: config.file,
    certainty: "proved",
    evidence: [
      `${locationText(client.ca.named)} holds ${certificateFacts(old)}, key ${old.subjectKeyIdentifier === undefined ? "without identifier" : colonHex(old.subjectKeyIdentifier)}`,
      `the server's certificate is ${certificateFacts(last)}${wanted === undefined ? "" : `, issued by the key ${colonHex(wanted)}`}`,
    ],
    breaks: "kubectl refuses the server before it sends anything",
    fix: [
      {
        does: `put the cluster's present CA (/etc/kubernetes/pki/ca.crt of a control-plane node, or the ConfigMap kube-root-ca.crt) into ${config.file}`,
        command: `kubectl config set-cluster ${shellWord(clusterName(config.fields, client.ca.named.field))} --certificate-authority /etc/kubernetes/pki/ca.crt --embed-certs --kubeconfig ${shellWord(config.file)}`,
      },
    ],
  };
};

const clusterName = (
  fields: Readonly<Record<string, { readonly value: string }>>,
  field: string | undefined,
): string => {
  const entry = /^(clusters\[\d+\])/.exec(field ?? "")?.[1];
  return (entry === undefined ? undefined : fields[`${entry}.name`]?.value) ?? "NAME";
};
