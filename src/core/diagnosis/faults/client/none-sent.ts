import { endpointText } from "../../endpoint.ts";
import { defineFault } from "../../fault.ts";
import { locationText } from "../../location.ts";

export const fault = defineFault({
  id: "client.none-sent",
  title: "Server demands a client certificate, and none is configured",
  side: "client",
  severity: "fault",
  stage: "client-certificate",
  cites: [
    "RFC 8446 section 4.4.2.4 and 6.2: certificate_required (116)",
    "RFC 5246 section 7.4.6: handshake_failure (40)",
  ],
  explain: `The server asks every client for a certificate (mutual TLS), and the client has none to show. In TLS 1.3 the
client believes the handshake done before the server has said no, so many tools report a reset, a broken pipe or
nothing; calicoctl hangs. The server's log says "client didn't provide a certificate".`,
  detect({ endpoint, client, demand }) {
    if (endpoint === undefined || demand === undefined || client.certificate !== undefined)
      return undefined;
    const { acceptance } = demand;
    if (!demand.asked || acceptance.verdict !== "refused") return undefined;
    const where = endpointText(endpoint);
    const { authorities } = demand;
    const from = authorities.length === 0 ? "" : ` from ${list(authorities)}`;
    return {
      text: `${where} demands a client certificate${from}, and ${client.who} has none configured`,
      subject: where,
      certainty: "proved",
      evidence: [
        `the server asked for a certificate${authorities.length === 0 ? "" : ` of the CAs ${list(authorities)}`}`,
        ...acceptance.reasons,
        `${locationText(endpoint.source)} names the server; nothing beside it names a certificate`,
      ],
      breaks: `the server turns ${client.who} away`,
      fix: [
        {
          does: `have a client certificate issued${from} (extended key usage clientAuth), and name it and its key in ${locationText(client.places.certificate)} and ${locationText(client.places.key)}`,
        },
      ],
    };
  },
});

const list = (names: readonly string[]): string => names.map((name) => `"${name}"`).join(", ");
