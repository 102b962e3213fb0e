import type { Case } from "../../case.ts";
import { defineFault } from "../../fault.ts";
import type { Detected } from "../../finding.ts";
import { logSaying } from "../../log/saying.ts";
import { greetedOf, secondsText, writtenText } from "../../reach.ts";

export const fault = defineFault({
  id: "net.idle-reset",
  title: "Connection is cut when nothing is said for a while",
  side: "network",
  severity: "fault",
  stage: "authorization",
  cites: [
    "RFC 9293 section 3.8.4: keep-alives",
    "grpc-go keepalive: ClientParameters.Time",
    "kubernetes/kubernetes #94844: http2: client connection lost",
  ],
  explain: `The handshake works, and so do requests at first; after a time without traffic the connection is dead. A load
balancer, NAT or firewall on the way forgets connections that are idle (AWS NLB after 350 s, Azure after 4 minutes, HAProxy by its
\`timeout client\` and \`timeout server\`), and answers the next packet with a reset or not at all. Watches, gRPC streams and
pools of connections suffer. It is no fault of TLS.

The logs say "http2: client connection lost", "keepalive ping failed to receive ACK within timeout", "connection reset by peer"
minutes after the last success.`,
  detect: (seen) => fromLook(seen) ?? fromLog(seen),
});

/** So long must it have been quiet: quicker ends are refusals. */
const quiet = 300;

const fromLook = (seen: Case): Detected | undefined => {
  const greeted = greetedOf(seen);
  if (greeted === undefined || seen.demand?.asked === true) return undefined;
  const { where, endpoint, handshake, connection, main } = greeted;
  if (!handshake.completed || handshake.alert !== undefined || main.answer !== undefined)
    return undefined;
  const since = main.phases.findLast(({ name }) => name === "handshake")?.end;
  if (since === undefined || connection.end.how === "open") return undefined;
  const idle = connection.end.at - since;
  if (idle < quiet) return undefined;
  return {
    text: `${where} completes the handshake and cuts the connection after ${secondsText(idle)} without traffic`,
    subject: where,
    certainty: "likely",
    evidence: [
      `the ${handshake.version ?? "TLS"} handshake was done after ${secondsText(since)}; a GET of ${endpoint.path} got no answer`,
      `${secondsText(idle)} later the connection was ${connection.end.how === "reset" ? `reset (${connection.end.code ?? "reset"})` : "closed"}`,
      writtenText(endpoint),
    ],
    breaks: "connections that are idle for that long are lost, and the next request on them fails",
    fix,
  };
};

const fix: Detected["fix"] = [
  {
    does: "raise the idle time-out of the load balancer, NAT or firewall on the way, or have the client send keep-alives more often than that (etcd and calico: --keepalive-time; TCP: net.ipv4.tcp_keepalive_time)",
    command: "sysctl -w net.ipv4.tcp_keepalive_time=60",
  },
];

const fromLog = (seen: Case): Detected | undefined => {
  const found = logSaying(seen, {
    says: /http2: client connection lost|keepalive ping failed|keepalive watchdog|idle ?time-?out|closing idle connection|idle connection.*(?:reset|closed|lost)|connection.*\bidle\b.*(?:reset|closed|lost|cut)|transport is closing|session (?:closed|timed out) due to inactivity|stream idle timeout/i,
  });
  if (found === undefined) return undefined;
  const { where, line, evidence } = found;
  return {
    text: `${line.program === "unknown" ? "the client" : line.program} lost a connection${!found.known ? "" : ` to ${where}`} that was idle`,
    subject: where,
    certainty: "likely",
    evidence,
    breaks: "the next request on that connection failed; watches and streams break off",
    fix,
  };
};
