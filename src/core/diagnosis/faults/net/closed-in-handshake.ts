import type { Case } from "../../case.ts";
import { defineFault } from "../../fault.ts";
import type { Detected } from "../../finding.ts";
import { logSaying } from "../../log/saying.ts";
import { exchangeText, greetedOf, writtenText } from "../../reach.ts";

export const fault = defineFault({
  id: "net.closed-in-handshake",
  title: "Server closes the connection without a word",
  side: "server",
  severity: "fault",
  stage: "first-bytes",
  cites: [
    "RFC 8446 section 6.1: closing without an alert is no TLS server's way",
    "etcd client/pkg/transport: plain listeners close on a ClientHello",
  ],
  explain: `The connection stood, the client sent its ClientHello, and the other side closed in order, without one byte of an
answer. TLS servers send an alert first. What closes like this: a load balancer that has no backend for the port, a plain
etcd (whose listener closes on bytes that are no HTTP), a server that wants a PROXY protocol header first, a program of another
protocol, or a TCP relay whose target is down.

Go says only "EOF", curl "SSL_ERROR_SYSCALL", Java "Remote host terminated the handshake", Node "socket disconnected before
secure TLS connection was established".`,
  detect: (seen) => fromLook(seen) ?? fromLog(seen),
});

const fromLook = (seen: Case): Detected | undefined => {
  const greeted = greetedOf(seen);
  if (greeted === undefined) return undefined;
  const { where, endpoint, connection, handshake, followUps } = greeted;
  const { flight, alert, completed } = handshake;
  if (completed || alert !== undefined || connection.end.how !== "fin") return undefined;
  if (flight.certificateRequest !== undefined || flight.malformed !== undefined) return undefined;
  // What it said was no TLS: that is another fault's.
  if (connection.received > 0 && flight.records === 0 && flight.cutOff === undefined)
    return undefined;
  const word = connection.received === 0 ? "without a byte" : "in the middle of the handshake";
  return {
    text: `${where} accepts the connection and closes it again ${word}`,
    subject: where,
    certainty: "proved",
    evidence: [
      `${exchangeText(greeted)}, then it closed`,
      ...(followUps.plain === undefined ? [] : ["a request without TLS got no answer either"]),
      ...(followUps["proxy-header"] === undefined
        ? []
        : ["behind a PROXY protocol header it is the same"]),
      writtenText(endpoint),
    ],
    breaks: `no TLS client gets through to ${where}`,
    fix: [
      {
        does: `see what stands at ${where}: a load balancer or relay without a backend that runs, or a service of another protocol; on the server, see which process it is`,
        command: `ss -ltnp 'sport = :${endpoint.port}'`,
      },
    ],
  };
};

const fromLog = (seen: Case): Detected | undefined => {
  const found = logSaying(seen, {
    says: /(?:^|[\s"':])EOF\b|Remote host terminated the handshake|SSL_ERROR_SYSCALL|unexpected eof|UNEXPECTED_EOF|disconnected before secure TLS connection was established|unexpected end of file|EOF occurred in violation of protocol/i,
    unless: /remote error|proxyconnect/i,
  });
  if (found === undefined) return undefined;
  const { line, where, certainty, evidence } = found;
  const server = line.role === "server";
  return {
    text: server
      ? `the client at ${where} closes the connection before the handshake is done`
      : `${where} closes the connection in the handshake, without a word`,
    subject: where,
    certainty,
    side: server ? "client" : "server",
    evidence,
    breaks: server
      ? "that connection came to nothing; a health check that only connects does this on purpose"
      : "the connection is gone before a certificate is shown",
    fix: [
      server
        ? {
            does: `see what the client at ${where} is: a health check that only opens the port may be let be, or be told to speak TLS; any other client has its own log with the reason`,
          }
        : {
            does: `see whether ${where} speaks TLS at all, or waits for a PROXY protocol header; look at it`,
            command: `certwright doctor ${where}`,
          },
    ],
  };
};
