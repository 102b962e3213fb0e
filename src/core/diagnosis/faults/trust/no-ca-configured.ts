import { formatName } from "../../../x509/names.ts";
import { endpointText } from "../../endpoint.ts";
import { defineFault } from "../../fault.ts";
import { failureOf } from "../../for-whom.ts";
import { locationText } from "../../location.ts";
import { callIt, certificateFacts } from "../../words.ts";

export const fault = defineFault({
  id: "trust.no-ca-configured",
  title: "No CA configured for a private certificate",
  side: "client",
  severity: "fault",
  stage: "trust",
  cites: ["RFC 5280 section 6.1.1 (d)", "crypto/x509: system roots are used when RootCAs is nil"],
  explain: `The client was not told which CA to trust, so it uses the public CAs of the system. A private CA is none of
them: every private server is refused, with the same words as for a wrong CA.`,
  detect({ endpoint, client, served }) {
    if (endpoint === undefined || served === undefined || client.insecure) return undefined;
    if (client.ca !== undefined) return undefined;
    const found = failureOf(served.failures, "unknown-authority");
    if (found === undefined) return undefined;
    const issuer = formatName(found.failure.blame.issuer);
    const where = endpointText(endpoint);
    const place = locationText(client.places.ca);
    return {
      text: `no CA is configured for ${client.who}, and the certificate ${callIt(served.leaf)} of ${where} comes from the private CA "${issuer}"`,
      subject: where,
      certainty: "proved",
      ...(found.forWhom === undefined ? {} : { forWhom: found.forWhom }),
      evidence: [
        `the server sent ${served.chain.map(certificateFacts).join(", then ")}`,
        `${place} is not set; the endpoint is written in ${locationText(endpoint.source)}`,
      ],
      breaks: `${client.who} trusts public CAs only, and refuses the server before it sends anything`,
      fix: [
        {
          does: `get the certificate of "${issuer}" from whoever runs ${where}, and name its file in ${place}`,
        },
      ],
    };
  },
});
