import type { Case } from "../../case.ts";
import { defineFault } from "../../fault.ts";
import type { Detected } from "../../finding.ts";
import { logSaying } from "../../log/saying.ts";
import { exchangeText, greetedOf, plainAnswer, writtenText } from "../../reach.ts";

export const fault = defineFault({
  id: "proto.server-plaintext-http",
  title: "Server speaks HTTP without TLS",
  side: "server",
  severity: "fault",
  stage: "first-bytes",
  explains: [
    "net.closed-in-handshake",
    "net.reset-in-handshake",
    "net.reset-on-connect",
    "net.silent-after-connect",
    "net.stalled-mid-handshake",
    "proto.server-other-protocol",
  ],
  cites: [
    "RFC 8446 section 5.1: a record begins with 20 to 23; 'H' is 72",
    "net/http: server gave HTTP response to HTTPS client",
    "etcd --listen-client-urls",
  ],
  explain: `The client speaks TLS, the server plain HTTP. Most servers answer the ClientHello with "HTTP/1.1 400 Bad Request",
which TLS libraries call "wrong version number". A plain etcd closes without a word, so that nothing tells it from a server that
is broken; doctor asks once more without TLS, and etcd answers.

Either the client's URL should say \`http://\`, or the server was meant to have TLS and lost it: for etcd an \`http://\` in
\`--listen-client-urls\` beside a certificate that is then ignored.`,
  detect: (seen) => fromLook(seen) ?? fromLog(seen),
});

const fromLook = (seen: Case): Detected | undefined => {
  const greeted = greetedOf(seen);
  if (greeted === undefined || greeted.handshake.completed) return undefined;
  const { where, endpoint, connection, followUps, handshake } = greeted;
  const { first } = connection;
  const line = first.kind === "http" ? first.text : plainAnswer(followUps);
  if (line === undefined || handshake.flight.hello !== undefined) return undefined;
  // A TLS server that was spoken to in the clear says so in plain HTTP.
  if (first.kind !== "http" && (first.kind === "tls-alert" || first.kind === "tls-handshake"))
    return undefined;
  const etcd = endpoint.program === "etcd" || endpoint.program === "etcd-peer";
  return {
    text: `${where} speaks plain HTTP, without TLS: "${line}"`,
    subject: where,
    certainty: "proved",
    evidence: [
      exchangeText(greeted),
      first.kind === "http"
        ? `the answer to our ClientHello begins "${line}"`
        : `the connection with TLS came to nothing, and the same GET ${endpoint.path} without TLS was answered "${line}"`,
      writtenText(endpoint),
    ],
    breaks: `clients that want TLS get nothing from ${where}; those that do not send everything in the clear`,
    fix: [
      {
        does: etcd
          ? `give that etcd an https:// URL in --listen-client-urls and --advertise-client-urls, with --cert-file and --key-file, and restart it; if it is plain on purpose, write http://${where} in place of "${endpoint.written}"`
          : `turn TLS on at ${where}; if it is plain on purpose, write http://${where} in place of "${endpoint.written}"`,
        command: `curl -si http://${where}${endpoint.path}`,
      },
    ],
  };
};

const fromLog = (seen: Case): Detected | undefined => {
  const found = logSaying(seen, {
    says: /server gave HTTP response to HTTPS client|wrong[ _]version[ _]number|Unsupported or unrecognized SSL message|received corrupt message of type InvalidContentType|packet length too long|http_request.*SSL routines|record overflow.*plain/i,
    role: "client",
  });
  // Envoy's upstreams are the mesh's.
  if (found === undefined || found.line.program === "envoy") return undefined;
  const sure = /gave HTTP response/.test(found.line.text);
  return {
    text: `${found.where} speaks plain HTTP, without TLS, to a client that wants TLS`,
    subject: found.where,
    certainty: sure ? "proved" : "likely",
    evidence: found.evidence,
    breaks: "the client gives up before a certificate is shown",
    fix: [
      {
        does: `turn TLS on at ${found.where}, or write http:// in place of https:// where the client has it (and see that the port is the right one)`,
        ...found.look,
      },
    ],
  };
};
