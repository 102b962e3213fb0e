import type { Case } from "../../case.ts";
import { endpointText } from "../../endpoint.ts";
import { defineFault } from "../../fault.ts";
import type { Detected } from "../../finding.ts";
import { locationText } from "../../location.ts";
import { meshLine } from "../../mesh.ts";

export const fault = defineFault({
  id: "mesh.plaintext-upstream",
  title: "Mesh speaks TLS to a server without it",
  side: "config",
  severity: "fault",
  stage: "first-bytes",
  explains: [
    "proto.server-plaintext-http",
    "proto.server-other-protocol",
    "net.closed-in-handshake",
    "net.reset-in-handshake",
  ],
  cites: [
    "istio.io: DestinationRule, ClientTLSSettings",
    "Envoy: UPSTREAM_TRANSPORT_FAILURE_REASON",
    "istio#34920",
  ],
  explain: `A DestinationRule with tls mode ISTIO_MUTUAL (or SIMPLE) makes Envoy speak TLS to a host that has no sidecar and answers in plaintext.
Callers get 503 "upstream connect error or disconnect/reset before headers"; the reason, WRONG_VERSION_NUMBER, stands in the access log of
the calling side alone.`,
  detect: (seen) => fromManifest(seen) ?? fromLog(seen),
});

const fromManifest = ({ configs, endpoint, probes }: Case): Detected | undefined => {
  if (endpoint === undefined || probes === undefined) return undefined;
  const rule = configs.find(
    ({ kind, file }) => kind === "mesh-policy" && file === endpoint.source.file,
  );
  if (rule === undefined || probes.main.handshake?.completed === true) return undefined;
  const { first } = probes.main.connection ?? {};
  const plain = probes.followUps.plain?.answer;
  if (first?.kind !== "http" && plain?.status === undefined) return undefined;
  const mode = rule.fields["spec.trafficPolicy.tls.mode"];
  const where =
    endpoint.reachedAt === undefined
      ? endpointText(endpoint)
      : `${endpoint.host} (at ${endpointText(endpoint.reachedAt)})`;
  return {
    text: `the ${rule.about} makes the mesh speak TLS (${mode?.value ?? "tls"}) to ${where}, which answers in plain HTTP`,
    subject: rule.file,
    certainty: "proved",
    evidence: [
      `${locationText(mode?.at ?? { file: rule.file })} is ${mode?.value ?? "set"}`,
      plain?.statusLine === undefined
        ? "the server's first bytes are HTTP"
        : `without TLS it answers "${plain.statusLine}"`,
    ],
    breaks: `callers in the mesh get 503 "upstream connect error or disconnect/reset before headers"`,
    fix: [
      {
        does: `set tls mode DISABLE for ${endpoint.host} in ${locationText(mode?.at ?? { file: rule.file })}, or give that workload a sidecar`,
      },
    ],
  };
};

const fromLog = (seen: Case): Detected | undefined => {
  const line = meshLine(
    seen,
    /WRONG_VERSION_NUMBER|wrong version number|268435703/i,
    /upstream|outbound\||TLS_error|UF\b|istio|envoy|503|OPENSSL_internal/i,
  );
  if (line === undefined) return undefined;
  const cluster = /outbound\|\d+\|[^|]*\|([^\s"]+)/.exec(line.raw)?.[1];
  return {
    text: `Envoy speaks TLS to ${cluster ?? "an upstream"}, which answers in plaintext`,
    subject: cluster ?? line.file,
    certainty: "likely",
    evidence: [`${line.file}:${line.line}: ${line.raw}`],
    breaks: `callers get 503 "upstream connect error or disconnect/reset before headers"`,
    fix: [
      {
        does: `set tls mode DISABLE in the DestinationRule for ${cluster ?? "that host"}, or give that workload a sidecar`,
        command: "kubectl get destinationrule --all-namespaces",
      },
    ],
  };
};
