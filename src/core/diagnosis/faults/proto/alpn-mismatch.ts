import type { Case } from "../../case.ts";
import { defineFault } from "../../fault.ts";
import type { Detected } from "../../finding.ts";
import { logSaying } from "../../log/saying.ts";
import { greetedOf, writtenText } from "../../reach.ts";

export const fault = defineFault({
  id: "proto.alpn-mismatch",
  title: "No application protocol in common",
  side: "server",
  severity: "fault",
  stage: "negotiate",
  cites: [
    "RFC 7301 section 3.2: no_application_protocol (120)",
    "RFC 9113 section 3.2: h2",
    "grpc-go credentials: missing selected ALPN property",
  ],
  explain: `Client and server name the protocols they speak inside TLS (ALPN: "h2", "http/1.1"), and share none. gRPC (etcd's
clients, istiod) needs h2 from end to end: a proxy or load balancer on the way that ends TLS must offer h2 itself and pass it on.
The other way round a server that takes h2 alone turns clients of HTTP/1.1 away.

The alert is no_application_protocol (120); grpc-go says "cannot check peer: missing selected ALPN property" when the server chose
nothing at all.`,
  detect: (seen) => fromLook(seen) ?? fromLog(seen),
});

const fromLook = (seen: Case): Detected | undefined => {
  const greeted = greetedOf(seen);
  if (greeted === undefined) return undefined;
  const { where, endpoint, handshake, followUps } = greeted;
  if (handshake.completed || handshake.alert?.number !== 120) return undefined;
  // Then it is no mismatch but a matter of HTTP/2.
  if (followUps.http2?.handshake?.completed === true) return undefined;
  return {
    text: `${where} takes neither "http/1.1" nor "h2" as the protocol inside TLS (ALPN)`,
    subject: where,
    certainty: "proved",
    evidence: [
      'offered "http/1.1", the server answered with the alert no_application_protocol (120)',
      'offered "h2", it answered in the same way',
      writtenText(endpoint),
    ],
    breaks: `the handshake with ${where} ends before a request can be made`,
    fix: [
      {
        does: `add "h2" (gRPC, etcd) or "http/1.1" to the protocols that ${where} offers by ALPN; a proxy on the way must offer and pass on h2 (HAProxy: alpn h2,http/1.1; nginx: http2 on; Envoy: alpn_protocols), and see that it is no port of another purpose`,
        command: `openssl s_client -alpn h2,http/1.1 -connect ${where}`,
      },
    ],
  };
};

const fromLog = (seen: Case): Detected | undefined => {
  const found = logSaying(seen, {
    besideLook: true,
    says: /no[_ ]application[_ ]protocol|NoApplicationProtocol|missing selected ALPN property|unsupported application protocols|SSL alert number 120|NO_APPLICATION_PROTOCOL|ALPN (?:negotiation|protocol)/i,
  });
  if (found === undefined) return undefined;
  const { line, where, evidence } = found;
  const server = line.role === "server";
  const who = server && line.remote !== undefined ? `the client at ${line.remote}` : "the client";
  return {
    text: `${server ? (line.program === "unknown" ? "the server" : line.program) : where} and ${who} have no application protocol (ALPN) in common`,
    subject: server ? (line.remote ?? where) : where,
    certainty: "likely",
    evidence,
    breaks: "the connection ends before a request can be made; gRPC needs h2 from end to end",
    fix: [
      {
        does: 'have the server, and any proxy that ends TLS on the way, offer "h2" by ALPN and pass it on (HAProxy: alpn h2,http/1.1; nginx: http2 on; Envoy: alpn_protocols)',
        ...(server || !found.known
          ? {}
          : { command: `openssl s_client -alpn h2,http/1.1 -connect ${where}` }),
      },
    ],
  };
};
