import { locationText } from "../../location.ts";
import type { Case } from "../../case.ts";
import type { Detected } from "../../finding.ts";
import { logSaying } from "../../log/saying.ts";
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
  detect: (seen) => fromLook(seen) ?? fromLog(seen),
});

const fromLook = ({ endpoint, probes }: Case): Detected | undefined => {
  if (endpoint === undefined || probes === undefined || probes.main.via !== undefined)
    return undefined;
  const { attempts, connection } = probes.main;
  const refused = attempts.filter(({ outcome }) => outcome === "refused");
  // Of two addresses one may have no route: that is the lesser trouble.
  const tried = attempts.filter(({ outcome }) => outcome !== "unreachable");
  if (connection !== undefined || refused.length === 0 || refused.length < tried.length)
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
};

const fromLog = (seen: Case): Detected | undefined => {
  const found = logSaying(seen, {
    says: /connection refused|ECONNREFUSED|Couldn't connect to server|connection to the server \S+ was refused/i,
    unless: /proxyconnect|lookup|resolv/i,
  });
  if (found === undefined) return undefined;
  const { line, where, certainty, evidence } = found;
  const port = /:(\d+)$/.exec(where)?.[1];
  return {
    text: `nothing listens on ${where}: ${line.program === "unknown" ? "the client" : line.program} was refused the connection`,
    subject: where,
    certainty,
    evidence,
    breaks: `nobody reaches ${where}`,
    fix: [
      {
        does: `on the machine of ${where}, see what listens there, and start the service or correct the address where the client has it`,
        command: port === undefined ? "ss -ltnp" : `ss -ltnp 'sport = :${port}'`,
      },
    ],
  };
};
