import type { Case } from "../../case.ts";
import { endpointText } from "../../endpoint.ts";
import { defineFault } from "../../fault.ts";
import { failureOf } from "../../for-whom.ts";
import type { Detected } from "../../finding.ts";
import { meshLine } from "../../mesh.ts";
import { certificateFacts, momentText } from "../../words.ts";

export const fault = defineFault({
  id: "mesh.istiod-cert",
  title: "istiod's own serving certificate is not accepted",
  side: "server",
  severity: "fault",
  stage: "time",
  explains: [
    "time.leaf-expired",
    "time.intermediate-expired",
    "time.root-expired",
    "k8s.webhook-cabundle",
    "trust.unknown-ca",
    "mesh.root-rotated",
    "mesh.workload-expired",
    "client.expired",
  ],
  cites: [
    "istio.io: webhooks validation.istio.io and sidecar-injector",
    "istio pilot/pkg/bootstrap: certificate of istiod",
  ],
  explain: `istiod serves webhooks (sidecar injection, validation) and its discovery under istiod.istio-system.svc with a certificate that it renews
itself. When that has expired, or the caBundle that istiod writes into the webhook configurations is of before, no pod is created and no Istio
configuration applied: "failed calling webhook "validation.istio.io" … x509: certificate has expired". A restart of istiod makes both anew.`,
  detect: (seen) => fromServer(seen) ?? fromLog(seen),
});

const restart = {
  does: "restart istiod, which makes its certificate and the caBundle of its webhooks anew; if that does not help, look at the root in cacerts or istio-ca-secret",
  command: "kubectl -n istio-system rollout restart deployment istiod",
};

const fromServer = ({ endpoint, served, now }: Case): Detected | undefined => {
  if (endpoint === undefined || served === undefined) return undefined;
  const isIstiod =
    endpoint.program === "istiod" ||
    /^istiod?(?:-[\w-]+)?\.istio-system(?:\.|$)/.test(endpoint.servername ?? endpoint.host) ||
    (served.leaf.subjectAltName ?? []).some(
      (name) => name.kind === "dns" && /^istiod(?:-[\w-]+)?\.istio-system\.svc/.test(name.value),
    );
  const found = failureOf(served.failures, "expired");
  if (!isIstiod || found === undefined) return undefined;
  const { blame } = found.failure;
  return {
    text: `istiod at ${endpointText(endpoint)} serves a certificate that expired ${momentText(blame.notAfter, now)}`,
    subject: endpointText(endpoint),
    certainty: "proved",
    evidence: [`the server sent ${served.chain.map(certificateFacts).join(", then ")}`],
    breaks: "no sidecar is injected, no configuration validated, and proxies get no configuration",
    fix: [restart],
  };
};

const fromLog = (seen: Case): Detected | undefined => {
  const line = meshLine(
    seen,
    /(?:failed (?:calling|to call) webhook|Post ).{0,200}(?:istio\.io|istiod)|istiod(?:-[\w-]+)?\.istio-system/i,
    /x509:|certificate[_ ]has[_ ]expired|unknown authority/i,
  );
  if (line === undefined) return undefined;
  const webhook = /webhook \\?"([^"\\]+)/.exec(line.raw)?.[1];
  const expired = /expired/.test(line.raw);
  return {
    text: `kube-apiserver or a proxy does not accept istiod's certificate${webhook === undefined ? "" : ` when it calls the webhook "${webhook}"`}: ${expired ? "it has expired" : "its CA is not the one in the caBundle"}`,
    subject: webhook ?? "istiod",
    certainty: "proved",
    evidence: [`${line.file}:${line.line}: ${line.raw}`],
    breaks: "no sidecar is injected, no Istio configuration applied",
    fix: [restart],
  };
};
