import type { Case } from "../../case.ts";
import { endpointText } from "../../endpoint.ts";
import { defineFault } from "../../fault.ts";
import { certificatesOf } from "../../file-evidence.ts";
import type { Detected } from "../../finding.ts";
import { inMesh, meshLine, spiffeOf } from "../../mesh.ts";
import { certificateFacts, momentText } from "../../words.ts";

export const fault = defineFault({
  id: "mesh.workload-expired",
  title: "Workload's certificate expired",
  side: "server",
  severity: "fault",
  stage: "time",
  explains: ["time.leaf-expired", "client.expired", "client.rejected", "trust.peer-rejected-us"],
  cites: ["istio.io: Security, certificate lifetime", "SPIFFE Workload API: rotation"],
  explain: `Workloads of a mesh get certificates for a day and renew them after half of it, through istio-agent or ztunnel. An expired one
means that the renewal has failed for hours: istiod was not reached or is not trusted, the token of the service account was refused, or the pod's
clock stands still (a suspended machine). A new certificate by hand helps nobody; the agent must reach istiod again.`,
  detect: (seen) => fromCertificates(seen) ?? fromLog(seen),
});

const fromCertificates = (seen: Case): Detected | undefined => {
  const { served, own, endpoint, now, demand, files } = seen;
  const place = endpoint === undefined ? "" : endpointText(endpoint);
  const candidates = [
    { certificate: served?.leaf, where: place, subject: place },
    ...(endpoint === undefined
      ? files.map((file) => ({
          certificate: certificatesOf(file)[0],
          where: file.name,
          subject: file.name,
        }))
      : []),
    ...(demand === undefined || demand.asked
      ? [
          {
            certificate: own?.certificate,
            where: own?.file.name ?? "",
            subject: own?.file.name ?? "",
          },
        ]
      : []),
  ];
  for (const { certificate, where, subject } of candidates) {
    const identity = spiffeOf(certificate);
    if (certificate === undefined || identity === undefined || certificate.notAfter >= now)
      continue;
    const [, namespace, account] = /\/ns\/([^/]+)\/sa\/([^/]+)/.exec(identity) ?? [];
    return {
      text: `the certificate of the workload ${identity} (${where}) expired ${momentText(certificate.notAfter, now)}: it was not renewed`,
      subject,
      certainty: "proved",
      evidence: [certificateFacts(certificate), `its identity is ${identity}`],
      breaks: "everybody in the mesh refuses that workload",
      fix: [
        {
          does: `look why its agent does not get a new one (log of istio-proxy: can it reach istiod?), then restart the workload of ${identity}`,
          command: `kubectl rollout restart deployment ${account ?? "NAME"} -n ${namespace ?? "NAMESPACE"}`,
        },
      ],
    };
  }
  return undefined;
};

const fromLog = (seen: Case): Detected | undefined => {
  const line = meshLine(
    seen,
    /certificate[_ ]has[_ ]expired|CERTIFICATE_EXPIRED|CertificateExpired|certificate expired|invalid peer certificate: Expired|workload certificate .{0,40}expired/i,
    inMesh,
  );
  if (line === undefined || /failed calling webhook|istiod\.istio-system|ztunnel/.test(line.raw))
    return undefined;
  const identity =
    /spiffe:\/\/[\w./-]+/.exec(line.raw)?.[0] ??
    /(?:outbound|inbound)\|[^\s"]+/.exec(line.raw)?.[0];
  return {
    text: `the certificate of a workload of the mesh has expired${identity === undefined ? "" : ` (${identity})`}: it was not renewed`,
    subject: identity ?? line.file,
    certainty: "likely",
    evidence: [`${line.file}:${line.line}: ${line.raw}`],
    breaks: "everybody in the mesh refuses that workload",
    fix: [
      {
        does: `see which certificates the proxies have${identity === undefined ? "" : ` (${identity})`}, why the agent gets no new one from istiod, then restart the workload`,
        command: "istioctl proxy-config secret POD -n NAMESPACE",
      },
    ],
  };
};
