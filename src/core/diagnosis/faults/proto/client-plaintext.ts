import type { Case } from "../../case.ts";
import { defineFault } from "../../fault.ts";
import { endpointText } from "../../endpoint.ts";
import type { Detected } from "../../finding.ts";
import { locationText } from "../../location.ts";
import { logSaying } from "../../log/saying.ts";

export const fault = defineFault({
  id: "proto.client-plaintext",
  title: "Client speaks plain HTTP to a TLS server",
  side: "client",
  severity: "fault",
  stage: "first-bytes",
  cites: [
    "net/http: Client sent an HTTP request to an HTTPS server",
    "nginx: The plain HTTP request was sent to HTTPS port (497)",
    "crypto/tls: RecordHeaderError",
  ],
  explain: `The client's URL says \`http://\` (or nothing, which etcd's clients take for http), and the server speaks TLS.
Go answers "Client sent an HTTP request to an HTTPS server", nginx "The plain HTTP request was sent to HTTPS port", both with
status 400; etcd and Envoy close without an answer. In the server's log stands "first record does not look like a TLS handshake"
(etcd, Go), "http request" (HAProxy, OpenSSL).`,
  detect: (seen) => fromLook(seen) ?? fromLog(seen),
});

const fromLook = ({ endpoint, client, probes }: Case): Detected | undefined => {
  if (endpoint === undefined || probes === undefined || endpoint.scheme !== "http")
    return undefined;
  const { main, followUps } = probes;
  const flight = followUps.tls?.handshake?.flight;
  const speaksTls = flight !== undefined && flight.records > 0 && flight.malformed === undefined;
  const { answer } = main;
  const told =
    answer?.status === 400 && /https|ssl|tls/i.test(`${answer.statusLine} ${answer.body}`)
      ? answer.body.trim().split("\n", 1)[0]!.slice(0, 120)
      : undefined;
  if (main.connection === undefined || (!speaksTls && told === undefined)) return undefined;
  // It also answers in the clear, content with it.
  if (answer?.status !== undefined && told === undefined && answer.status < 400) return undefined;
  const where = endpointText(endpoint);
  const right = endpoint.written.trim().replace(/^http:/, "https:");
  return {
    text: `${client.who} speaks plain HTTP to ${where}, which is a TLS server`,
    subject: where,
    certainty: "proved",
    evidence: [
      `"${endpoint.written}" is written in ${locationText(endpoint.source)}`,
      answer === undefined
        ? "to a request without TLS there was no answer"
        : `to a request without TLS the answer was "${answer.statusLine ?? ""}"${told === undefined || told === "" ? "" : `: "${told}"`}`,
      ...(speaksTls ? ["asked with TLS, it shakes hands"] : []),
    ],
    breaks: `${client.who} gets nothing from ${where}`,
    fix: [
      {
        does: `write "${right}" in place of "${endpoint.written}" in ${locationText(endpoint.source)}, and name the CA in ${locationText(client.places.ca)}`,
        command: `certwright doctor https://${where}`,
      },
    ],
  };
};

const fromLog = (seen: Case): Detected | undefined => {
  const byServer = logSaying(seen, {
    says: /first record does not look like a TLS handshake|http[_ ]request\b|HTTP_REQUEST|plain HTTP request|wrong[_ ]version[_ ]number|Unsupported or unrecognized SSL message/i,
    unless: /upstream|PROXY/,
    role: "server",
  });
  const byClient = logSaying(seen, {
    says: /Client sent an HTTP request to an HTTPS server|plain HTTP request was sent to HTTPS port/i,
  });
  const found = byClient ?? byServer;
  if (found === undefined) return undefined;
  const { line, where, evidence } = found;
  const server = byClient === undefined;
  const who = server
    ? line.remote === undefined
      ? "a client"
      : `the client at ${line.remote}`
    : "the client";
  const to = server ? (line.program === "unknown" ? "the server" : line.program) : where;
  return {
    text: `${who} speaks plain HTTP to ${to}, which wants TLS`,
    subject: server ? (line.remote ?? line.file) : where,
    certainty: server ? "likely" : "proved",
    evidence,
    breaks: `that client gets nothing from ${to}`,
    fix: [
      {
        does: `where ${who} is configured, write https:// in place of http:// (etcd's clients take an endpoint without a scheme for http), and name the CA there`,
      },
    ],
  };
};
