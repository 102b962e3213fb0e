import { nameFault } from "../../name-fault.ts";
import { defineFault } from "../../fault.ts";

export const fault = defineFault({
  id: "name.spiffe-only",
  title: "Certificate is for a mesh identity only",
  side: "server",
  severity: "fault",
  stage: "name",
  cites: ["SPIFFE X.509-SVID section 2", "RFC 5280 section 4.2.1.6: uniformResourceIdentifier"],
  explain: `The certificate has only a URI (\`spiffe://cluster.local/ns/…/sa/…\`): it is a workload's identity in a mesh, which
the sidecar of the other side compares as a whole. Clients outside the mesh ask for a host name, and there is none. The
server was reached directly instead of through the mesh, or it shows its mesh certificate where a serving one belongs.`,
  detect: (seen) =>
    nameFault(seen, "spiffe-only", (t) => ({
      text: `${t.certificate} has no host name, only the mesh identity ${t.culprit}; ${t.wantedWords} is asked for`,
      fix: [
        {
          does: `reach it through the mesh (a client with a sidecar, or the gateway) rather than as "${t.written}" in ${t.source}, or give the server a serving certificate with ${t.wantedWords}`,
        },
      ],
    })),
});
