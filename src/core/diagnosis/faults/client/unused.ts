import type { Case } from "../../case.ts";
import { defineFault } from "../../fault.ts";
import type { Detected } from "../../finding.ts";
import { endpointText } from "../../endpoint.ts";
import { locationText } from "../../location.ts";
import { callIt } from "../../words.ts";

export const fault = defineFault({
  id: "client.unused",
  title: "Server does not ask for the client certificate",
  side: "server",
  severity: "info",
  stage: "advice",
  cites: ["RFC 8446 section 4.3.2: CertificateRequest"],
  explain: `A client certificate is configured, and the server never asked for one: it does not know who its clients are by
certificate. That is as it should be when it wants a token or password instead, and a hole when it was meant to demand
certificates (etcd without \`--client-cert-auth\` lets everybody in).`,
  detect: (seen) => fromFile(seen),
});

const fromFile = (seen: Case): Detected | undefined => {
  const { own, demand, endpoint, probes, client } = seen;
  if (own === undefined || endpoint === undefined || demand === undefined) return undefined;
  if (demand.asked || probes?.main.handshake?.completed !== true) return undefined;
  return {
    text: `${endpointText(endpoint)} did not ask for the client certificate ${callIt(own.certificate)} in ${own.file.name}: it does not enforce mutual TLS`,
    subject: endpointText(endpoint),
    certainty: "proved",
    evidence: [`no CertificateRequest in the handshake; ${locationText(own.file.named)} names one`],
    breaks: `nothing for ${client.who}; anybody may connect`,
    fix: [
      {
        does: `when the server is meant to know its clients, switch that on there (etcd: --client-cert-auth with --trusted-ca-file)`,
      },
    ],
  };
};
