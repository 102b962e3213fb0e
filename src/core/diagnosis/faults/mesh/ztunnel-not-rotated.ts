import { defineFault } from "../../fault.ts";
import { meshLine } from "../../mesh.ts";

export const fault = defineFault({
  id: "mesh.ztunnel-not-rotated",
  title: "ztunnel goes on with an expired certificate",
  side: "server",
  severity: "fault",
  stage: "time",
  explains: [
    "mesh.workload-expired",
    "client.expired",
    "time.leaf-expired",
    "trust.peer-rejected-us",
    "client.rejected",
    "mesh.root-rotated",
  ],
  cites: ["istio#59909", "istio#59768"],
  explain: `In ambient mode ztunnel fetches the certificates of all workloads of its node from istiod. When a renewal fails (istiod was away, its
root changed, the machine slept), it may go on with the expired certificate and not try again: connections over HBONE end with the
alert CertificateExpired. A restart of ztunnel on that node fetches them anew.`,
  detect(seen) {
    const line = meshLine(
      seen,
      /CertificateExpired|certificate[_ ](?:has[_ ])?expired|invalid peer certificate: Expired|Expired(?:Context)?\b/i,
      /ztunnel|hbone|:15008|src\.workload|dst\.workload|dst\.hbone/i,
    );
    if (line === undefined) return undefined;
    const workload = /(?:dst|src)\.(?:workload|identity)="?([^"\s]+)/.exec(line.raw)?.[1];
    const node = /(ztunnel-\w{5})\b/.exec(line.raw)?.[1];
    return {
      text: `ztunnel goes on with an expired certificate${workload === undefined ? "" : ` for ${workload}`}: it was not renewed`,
      subject: workload ?? node ?? "ztunnel",
      certainty: "likely",
      evidence: [`${line.file}:${line.line}: ${line.raw}`],
      breaks: "connections to and from the workloads of that node are refused",
      fix: [
        {
          does: `see the certificates that ztunnel${node === undefined ? "" : ` (${node})`} holds (istioctl ztunnel-config certificates), then restart it so that it fetches them anew`,
          command: "kubectl -n istio-system rollout restart daemonset ztunnel",
        },
      ],
    };
  },
});
