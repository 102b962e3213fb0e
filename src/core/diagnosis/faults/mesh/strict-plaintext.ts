import { latin1Of } from "../../../bytes/utf8.ts";
import type { Case } from "../../case.ts";
import { endpointText } from "../../endpoint.ts";
import { defineFault } from "../../fault.ts";
import type { Detected } from "../../finding.ts";
import { locationText } from "../../location.ts";
import { meshLine } from "../../mesh.ts";

export const fault = defineFault({
  id: "mesh.strict-plaintext",
  title: "Mesh demands mTLS, and the client speaks plaintext",
  side: "client",
  severity: "fault",
  stage: "first-bytes",
  explains: [
    "proto.client-plaintext",
    "net.reset-in-handshake",
    "net.closed-in-handshake",
    "net.reset-on-connect",
    "net.silent-after-connect",
  ],
  cites: [
    "istio.io: PeerAuthentication, mode STRICT",
    "Envoy: response flag NR, filter_chain_not_found",
  ],
  explain: `With PeerAuthentication STRICT the sidecar or ztunnel of a workload takes mutual TLS only. Whoever is outside of the mesh (a
Prometheus, a probe, a pod without sidecar, a node) and speaks plain HTTP sees the connection reset, or an empty reply; Envoy's log of
the workload has "NR filter_chain_not_found".`,
  detect: (seen) => fromServer(seen) ?? fromManifests(seen) ?? fromLog(seen),
});

/** A policy that demands what a rule beside it forbids. */
const fromManifests = ({ configs, probes }: Case): Detected | undefined => {
  if (probes !== undefined) return undefined;
  const strict = configs.find(({ fields }) => fields["spec.mtls.mode"]?.value === "STRICT");
  const disabled = configs.find(
    ({ fields }) => fields["spec.trafficPolicy.tls.mode"]?.value === "DISABLE",
  );
  const mode = strict?.fields["spec.mtls.mode"];
  const off = disabled?.fields["spec.trafficPolicy.tls.mode"];
  if (strict === undefined || disabled === undefined || mode === undefined || off === undefined)
    return undefined;
  const host = disabled.fields["spec.host"]?.value ?? "that host";
  return {
    text: `the ${strict.about} demands mutual TLS (STRICT), and the ${disabled.about} makes the mesh speak plaintext to ${host} (tls mode DISABLE)`,
    subject: disabled.file,
    certainty: "likely",
    evidence: [`${locationText(mode.at)} is STRICT`, `${locationText(off.at)} is DISABLE`],
    breaks: `callers of ${host} see their connections reset, unless it is outside of that policy`,
    fix: [
      {
        does: `set tls mode ISTIO_MUTUAL for ${host} in ${locationText(off.at)}, or take that line out: the mesh finds the mode by itself`,
      },
    ],
  };
};

const fromServer = ({ endpoint, probes, client }: Case): Detected | undefined => {
  if (endpoint?.scheme !== "http" || probes === undefined) return undefined;
  const { main, followUps } = probes;
  const flight = followUps.tls?.handshake?.flight;
  const [leaf] = flight?.chain ?? [];
  if (main.answer?.status !== undefined && main.answer.status < 400) return undefined;
  if (leaf === undefined || flight?.certificateRequest === undefined) return undefined;
  // The identity stands in the certificate as an IA5String (RFC 5280 section 4.2.1.6).
  const identity = /spiffe:\/\/[\w./-]+/.exec(latin1Of(leaf))?.[0];
  if (identity === undefined) return undefined;
  const where = endpointText(endpoint.reachedAt ?? endpoint);
  return {
    text: `${where} is the workload ${identity} of a mesh that demands mutual TLS, and ${client.who} speaks plain HTTP to it`,
    subject: where,
    certainty: "proved",
    evidence: [
      `over plain TCP the server ${main.answer?.statusLine === undefined ? "ended the connection without an answer" : `answered "${main.answer.statusLine}"`}`,
      `over TLS it showed ${identity} and asked for a client certificate`,
      endpoint.reachedAt === undefined
        ? `${locationText(endpoint.source)} says http`
        : "no certificate of the mesh was given (--cert), so plain HTTP was spoken",
    ],
    breaks: "everybody outside of the mesh is turned away",
    fix: [
      {
        does: `bring the client into the mesh (a sidecar, or the namespace's label), or let this port of ${identity} be open: a PeerAuthentication for that workload with portLevelMtls PERMISSIVE for its port`,
        command: "kubectl get peerauthentication --all-namespaces",
      },
    ],
  };
};

const fromLog = (seen: Case): Detected | undefined => {
  const line = meshLine(
    seen,
    /filter_chain_not_found|istio_converted_static_strict|mTLS (?:is )?(?:required|STRICT)|plaintext .{0,40}(?:STRICT|rejected|not allowed)|PeerAuthentication.{0,40}STRICT/i,
  );
  if (line === undefined) return undefined;
  const who =
    line.remote ??
    /src\.addr="?([\d.]+)/.exec(line.raw)?.[1] ??
    /(\d+\.\d+\.\d+\.\d+):\d+ - -/.exec(line.raw)?.[1];
  return {
    text: `a client${who === undefined ? "" : ` at ${who}`} outside of the mesh speaks plaintext to a workload that demands mutual TLS (PeerAuthentication STRICT)`,
    subject: who ?? line.file,
    certainty: "proved",
    evidence: [`${line.file}:${line.line}: ${line.raw}`],
    breaks: "it sees its connection reset, or an empty reply",
    fix: [
      {
        does: `bring that client${who === undefined ? "" : ` (${who})`} into the mesh, or make a PeerAuthentication for the workload with portLevelMtls PERMISSIVE for its port`,
        command: "kubectl get peerauthentication --all-namespaces",
      },
    ],
  };
};
