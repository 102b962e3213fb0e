import type { Case } from "../../case.ts";
import { fromClientLog } from "../../client-fault.ts";
import type { Detected } from "../../finding.ts";
import { endpointText } from "../../endpoint.ts";
import { defineFault } from "../../fault.ts";
import { locationText } from "../../location.ts";

export const fault = defineFault({
  id: "client.none-sent",
  title: "Server demands a client certificate, and none is configured",
  side: "client",
  severity: "fault",
  stage: "client-certificate",
  explains: ["client.rejected"],
  cites: [
    "RFC 8446 section 4.4.2.4 and 6.2: certificate_required (116)",
    "RFC 5246 section 7.4.6: handshake_failure (40)",
  ],
  explain: `The server asks every client for a certificate (mutual TLS), and the client has none to show. In TLS 1.3 the
client believes the handshake done before the server has said no, so many tools report a reset, a broken pipe or
nothing; calicoctl hangs. The server's log says "client didn't provide a certificate".`,
  detect: (seen) => fromServer(seen) ?? fromLog(seen),
});

const fromServer = ({ endpoint, client, demand }: Case): Detected | undefined => {
  if (endpoint === undefined || demand === undefined) return undefined;
  const { certificate, key, places } = client;
  // A certificate without its key is as good as none; a key that cannot be used is a fault of its file.
  const keyless =
    certificate !== undefined &&
    key !== undefined &&
    key.name === certificate.name &&
    key.material.privateKeys.length === 0;
  if (certificate !== undefined && key !== undefined && !keyless) return undefined;
  const { acceptance, authorities } = demand;
  if (!demand.asked || acceptance.verdict !== "refused") return undefined;
  const where = endpointText(endpoint);
  const from = authorities.length === 0 ? "" : ` from ${list(authorities)}`;
  const lacks =
    certificate === undefined
      ? `${client.who} has none configured`
      : `${client.who} has no key for its certificate ${certificate.name}`;
  return {
    text: `${where} demands a client certificate${from}, and ${lacks}`,
    subject: where,
    certainty: "proved",
    evidence: [
      `the server asked for a certificate${authorities.length === 0 ? "" : ` of the CAs ${list(authorities)}`}`,
      ...acceptance.reasons,
      `${locationText(endpoint.source)} names the server; nothing beside it names a ${certificate === undefined ? "certificate" : "key"}`,
    ],
    breaks: `the server turns ${client.who} away`,
    fix: [
      {
        does:
          certificate === undefined
            ? `have a client certificate issued${from} (extended key usage clientAuth), and name it and its key in ${locationText(places.certificate)} and ${locationText(places.key)}`
            : `name the key of ${certificate.name} in ${locationText(places.key)}`,
      },
    ],
  };
};

const fromLog = (seen: Case): Detected | undefined =>
  fromClientLog(seen, "none-sent", (line, who) => ({
    text: `${who} shows ${line.role === "client" || line.program === "unknown" ? "the server" : line.program} no certificate, and one is demanded`,
    fix: [
      {
        does: `configure a client certificate and its key for ${who}; when it has one, its CA is not among those the server asks for, and Go and Java clients keep it to themselves: have it issued by the CA the server verifies clients with`,
        command: "certwright inspect CLIENT.crt",
      },
    ],
  }));

const list = (names: readonly string[]): string => names.map((name) => `"${name}"`).join(", ");
