import type { Case } from "../../case.ts";
import { defineFault } from "../../fault.ts";
import type { Detected } from "../../finding.ts";
import { logSaying } from "../../log/saying.ts";
import { exchangeText, greetedOf, writtenText } from "../../reach.ts";

export const fault = defineFault({
  id: "net.reset-in-handshake",
  title: "Connection is reset in the handshake",
  side: "network",
  severity: "fault",
  stage: "first-bytes",
  cites: [
    "RFC 9293 section 3.5.2: reset generation",
    "RFC 8446 section 6.2: an alert would have come from a TLS server",
  ],
  explain: `The connection stood, the client sent its ClientHello, and the answer was a TCP reset in place of TLS. A TLS server
that refuses says so by an alert; a reset comes from something that does not: a middlebox that does not let this name (SNI) pass,
a program that speaks another protocol and closes with our bytes unread, or a server that crashes.`,
  detect: (seen) => fromLook(seen) ?? fromLog(seen),
});

const fromLook = (seen: Case): Detected | undefined => {
  const greeted = greetedOf(seen);
  if (greeted === undefined) return undefined;
  const { where, endpoint, connection, handshake, main } = greeted;
  const { flight, alert, completed } = handshake;
  if (completed || alert !== undefined || connection.end.how !== "reset") return undefined;
  // Behind a CertificateRequest it is an answer to our certificate.
  if (flight.certificateRequest !== undefined || flight.malformed !== undefined) return undefined;
  const name = main.servername === undefined ? "no name (SNI)" : `the name "${main.servername}"`;
  return {
    text: `${where} resets the connection ${connection.received === 0 ? "when it sees our ClientHello" : "in the middle of the handshake"}, without an alert`,
    subject: where,
    certainty: "proved",
    evidence: [
      `${exchangeText(greeted)}, then ${connection.end.code ?? "a reset"}`,
      `the ClientHello asked for ${name}`,
      writtenText(endpoint),
    ],
    breaks: `no TLS client gets through to ${where}`,
    fix: [
      {
        does: `see what stands at ${where}: a firewall or inspecting proxy on the way that stops this name, another service than a TLS server, or a server that crashes; try it from the server itself`,
        command: `openssl s_client -connect ${where}`,
      },
    ],
  };
};

const fromLog = (seen: Case): Detected | undefined => {
  const found = logSaying(seen, {
    says: /connection reset by peer|ECONNRESET|Recv failure: Connection reset|SocketException: Connection reset|peer reset/i,
    unless:
      /idle|keepalive|client connection lost|socket hang up|secure TLS connection was established|certificate|preface/i,
  });
  if (found === undefined) return undefined;
  const { line, where, certainty, evidence } = found;
  const who = line.role === "server" ? `the client at ${where}` : where;
  return {
    text: `${who} reset the connection in place of an answer`,
    subject: where,
    certainty: certainty === "likely" ? "likely" : "possible",
    evidence,
    breaks: "the connection was broken before the handshake was done",
    fix: [
      {
        does: `look at ${where} from the machine that wrote this; it tells at which point the reset comes`,
        ...found.look,
      },
    ],
  };
};
