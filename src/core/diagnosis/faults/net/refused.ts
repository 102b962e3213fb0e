import { locationText } from "../../location.ts";
import { endpointText } from "../../endpoint.ts";
import { defineFault } from "../../fault.ts";

export const fault = defineFault({
  id: "net.refused",
  title: "Connection refused",
  side: "server",
  severity: "fault",
  stage: "connect",
  cites: ["RFC 9293 section 3.10.7.1: a reset answers a SYN to a closed port"],
  explain: `The machine answered, and said that nothing listens on this port: the service is not running, listens on
another port or on another address only. A firewall that rejects with tcp-reset looks the same.

It is no TLS fault, and no certificate will mend it. Look at the service on that machine, and at the address it
listens on: \`127.0.0.1\` is not reached from elsewhere.`,
  detect({ endpoint, probes }) {
    if (endpoint === undefined || probes === undefined) return undefined;
    const { attempts, connection } = probes.main;
    const refused = attempts.filter(({ outcome }) => outcome === "refused");
    if (connection !== undefined || refused.length === 0 || refused.length < attempts.length)
      return undefined;
    const where = endpointText(endpoint);
    return {
      text: `nothing listens on ${where}: the connection was refused`,
      subject: where,
      certainty: "proved",
      evidence: [
        ...refused.map(
          ({ address, code, milliseconds }) =>
            `${address} port ${endpoint.port} refused after ${Math.round(milliseconds)} ms (${code ?? "refused"})`,
        ),
        `the endpoint "${endpoint.written}" is written in ${locationText(endpoint.source)}`,
      ],
      breaks: `no client reaches ${where}`,
      fix: [
        {
          does: `on the server, see what listens there, and start the service or correct the port in ${locationText(endpoint.source)}`,
          command: `ss -ltnp 'sport = :${endpoint.port}'`,
        },
      ],
    };
  },
});
