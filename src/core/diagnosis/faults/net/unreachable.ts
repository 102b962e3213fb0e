import type { Case } from "../../case.ts";
import { endpointText } from "../../endpoint.ts";
import { defineFault } from "../../fault.ts";
import type { Detected } from "../../finding.ts";
import { logSaying } from "../../log/saying.ts";
import { secondsText, writtenText } from "../../reach.ts";
import { shellWord } from "../../../text/shell-word.ts";

export const fault = defineFault({
  id: "net.unreachable",
  title: "No route to the server",
  side: "network",
  severity: "fault",
  stage: "connect",
  cites: [
    "RFC 1812 section 5.2.7.1: Destination Unreachable",
    "connect(2): ENETUNREACH; tcp(7): EHOSTUNREACH",
  ],
  explain: `This machine, or a router behind it, knows no way to the address: a VPN is down, a route is missing, an IPv6
address is used where there is only IPv4, or the machine is off and its neighbour on the network says so (EHOSTUNREACH). A
firewall that rejects with an ICMP message looks the same. Nothing listens or fails to listen there: no packet arrives.`,
  detect: (seen) => fromLook(seen) ?? fromLog(seen),
});

const fromLook = ({ endpoint, probes }: Case): Detected | undefined => {
  if (endpoint === undefined || probes === undefined) return undefined;
  const { main } = probes;
  const lost = main.attempts.filter(
    ({ outcome }) => outcome === "unreachable" || outcome === "failed",
  );
  if (main.via !== undefined || main.connection !== undefined || lost.length === 0)
    return undefined;
  // Of a name with two addresses the missing IPv6 route is the lesser trouble.
  if (main.attempts.some(({ outcome }) => outcome === "refused" || outcome === "filtered"))
    return undefined;
  const where = endpointText(endpoint);
  const address = lost[0]!.address;
  return {
    text: `there is no route to ${where}: the network says that ${address} cannot be reached`,
    subject: where,
    certainty: "proved",
    evidence: [
      ...lost.map(
        ({ address: one, code, milliseconds }) =>
          `${one} port ${endpoint.port}: ${code ?? "unreachable"} after ${secondsText(milliseconds)}`,
      ),
      writtenText(endpoint),
    ],
    breaks: `nothing from this machine reaches ${where}`,
    fix: [
      {
        does: `see which way this machine would take to ${address}, and bring up the VPN, route or interface that is missing`,
        command: `ip route get ${shellWord(address)}`,
      },
    ],
  };
};

const fromLog = (seen: Case): Detected | undefined => {
  const found = logSaying(seen, {
    says: /no route to host|network is unreachable|EHOSTUNREACH|ENETUNREACH|NoRouteToHostException/i,
    unless: /proxyconnect|lookup/i,
  });
  if (found === undefined) return undefined;
  const { where, certainty, evidence } = found;
  return {
    text: `there is no route to ${where} from the machine that wrote this`,
    subject: where,
    certainty,
    evidence,
    breaks: `${where} is not reached from there`,
    fix: [
      {
        does: `there, see which way it would take to ${where}, and bring up the VPN, route or interface that is missing`,
        command: `ip route get ${found.known ? shellWord(where.replace(/:\d+$/, "").replaceAll(/[[\]]/g, "")) : "ADDRESS"}`,
      },
    ],
  };
};
