import { formatName } from "../../../x509/names.ts";
import { endpointText } from "../../endpoint.ts";
import { defineFault } from "../../fault.ts";
import { failureOf } from "../../for-whom.ts";
import { locationText } from "../../location.ts";
import { callIt, certificateFacts, shellWord, subjectsText } from "../../words.ts";

export const fault = defineFault({
  id: "trust.unknown-ca",
  title: "Server certificate from a CA the client does not trust",
  side: "client",
  severity: "fault",
  stage: "trust",
  cites: [
    "RFC 5280 section 6.1",
    "RFC 8446 section 6.2: unknown_ca (48)",
    "crypto/x509: UnknownAuthorityError",
  ],
  explain: `The client has a CA file, and no certificate in it has the name of the issuer of the server's chain. Either
the client was given the CA of another cluster (or of another purpose: etcd, Kubernetes and the front proxy have one
each), or something else than the wanted server answers there.

Tools say "certificate signed by unknown authority" (Go), "unable to get local issuer certificate" (curl),
"unable to verify the first certificate" (Node). calicoctl hangs.`,
  detect({ endpoint, client, served }) {
    if (endpoint === undefined || served === undefined || client.ca === undefined) return undefined;
    if (served.anchors.length === 0) return undefined;
    const found = failureOf(served.failures, "unknown-authority");
    if (found === undefined) return undefined;
    const issuer = formatName(found.failure.blame.issuer);
    if (served.anchors.some(({ subject }) => formatName(subject) === issuer)) return undefined;
    const { ca } = client;
    const where = endpointText(endpoint);
    return {
      text: `the certificate ${callIt(served.leaf)} of ${where} comes from the CA "${issuer}", which ${client.who} does not trust: ${ca.name} does not have it`,
      subject: ca.name,
      certainty: "proved",
      ...(found.forWhom === undefined ? {} : { forWhom: found.forWhom }),
      evidence: [
        `the server sent ${served.chain.map(certificateFacts).join(", then ")}`,
        `${ca.name} (${locationText(ca.named)}) trusts ${subjectsText(served.anchors)}`,
      ],
      breaks: `${client.who} refuses the server before it sends anything`,
      fix: [
        {
          does: `get the certificate of "${issuer}" from whoever runs ${where}, and name it in ${locationText(ca.named)} in place of ${ca.name}; see which CA a file holds`,
          command: `certwright inspect ${shellWord(ca.name)}`,
        },
      ],
    };
  },
});
