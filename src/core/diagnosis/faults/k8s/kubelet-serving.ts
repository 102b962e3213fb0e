import { commonNameOf } from "../../../x509/names.ts";
import type { Case } from "../../case.ts";
import { endpointText } from "../../endpoint.ts";
import { defineFault } from "../../fault.ts";
import { failureOf } from "../../for-whom.ts";
import type { Detected } from "../../finding.ts";
import { callIt, certificateFacts } from "../../words.ts";

export const fault = defineFault({
  id: "k8s.kubelet-serving",
  title: "Kubelet serves a certificate that it made itself",
  side: "server",
  severity: "fault",
  stage: "trust",
  explains: [
    "trust.unknown-ca",
    "trust.no-ca-configured",
    "trust.self-signed-leaf",
    "name.ip-missing",
  ],
  cites: [
    "Kubernetes: TLS bootstrapping, serverTLSBootstrap",
    "k8s.io/client-go util/cert: GenerateSelfSignedCertKey",
  ],
  explain: `Unless \`serverTLSBootstrap\` is set, the kubelet makes a CA ("node-ca@1700000000") and a certificate ("node@1700000000") for
itself at its first start. Nobody trusts them: whatever verifies kubelets (kube-apiserver with \`--kubelet-certificate-authority\`,
metrics-server, Prometheus) fails with "certificate signed by unknown authority" or "doesn't contain any IP SANs". With
serverTLSBootstrap, the requests must be approved; until then the kubelet answers "tls: internal error".`,
  detect: (seen) => fromServer(seen) ?? fromLog(seen),
});

const fromServer = ({ endpoint, served, client }: Case): Detected | undefined => {
  if (endpoint === undefined || served === undefined || endpoint.program === "webhook")
    return undefined;
  const { leaf } = served;
  const made = /-ca@\d{9,}$/.test(commonNameOf(leaf.issuer) ?? "");
  if (!made && endpoint.program !== "kubelet") return undefined;
  const own = made || commonNameOf(leaf.issuer) === commonNameOf(leaf.subject);
  const found = failureOf(served.failures, "unknown-authority");
  if (!own || found === undefined) return undefined;
  const where = endpointText(endpoint);
  const node = (commonNameOf(leaf.subject) ?? "").replace(/@\d+$/, "");
  return {
    text: `the kubelet at ${where} serves a certificate that it made itself, ${callIt(leaf)}: no CA that ${client.who} could trust has issued it`,
    subject: where,
    certainty: "proved",
    ...(found.forWhom === undefined ? {} : { forWhom: found.forWhom }),
    evidence: [`the server sent ${served.chain.map(certificateFacts).join(", then ")}`],
    breaks:
      "metrics-server, kubectl logs and exec through a verifying kube-apiserver, and Prometheus refuse the kubelet",
    fix: [
      {
        does: `set serverTLSBootstrap: true in /var/lib/kubelet/config.yaml on ${node === "" ? "the node" : `the node "${node}"`}, restart its kubelet, and approve its request`,
        command: "kubectl get csr && kubectl certificate approve NAME",
      },
    ],
  };
};

const fromLog = ({ log, endpoint }: Case): Detected | undefined => {
  if (endpoint !== undefined) return undefined;
  const line = log.findLast(
    ({ raw }) =>
      /:10250[/"\s]/.test(raw) &&
      /x509: certificate signed by unknown authority|doesn't contain any IP SANs|tls: internal error/.test(
        raw,
      ),
  );
  if (line === undefined) return undefined;
  const node = /https:\/\/(\[[^\]]+\]|[^:/\s]+):10250/.exec(line.raw)?.[1] ?? "the node";
  const pending = /tls: internal error/.test(line.raw);
  return {
    text: pending
      ? `the kubelet of ${node} has no serving certificate yet: its request waits to be approved`
      : `the serving certificate of the kubelet of ${node} is one that it made itself, and is not trusted`,
    subject: `${node}:10250`,
    certainty: "likely",
    evidence: [`${line.file}:${line.line}: ${line.raw}`],
    breaks: "kubectl logs and exec, and metrics-server, fail for the pods of that node",
    fix: [
      {
        does: pending
          ? `approve the request for kubernetes.io/kubelet-serving of ${node}`
          : `set serverTLSBootstrap: true in /var/lib/kubelet/config.yaml on ${node}, restart its kubelet, and approve its request`,
        command: "kubectl get csr && kubectl certificate approve NAME",
      },
    ],
  };
};
