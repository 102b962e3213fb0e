import type { Case } from "../../case.ts";
import { defineFault } from "../../fault.ts";
import type { Detected } from "../../finding.ts";
import { logSaying } from "../../log/saying.ts";
import { greetedOf, writtenText } from "../../reach.ts";

export const fault = defineFault({
  id: "proto.http2-required",
  title: "Server speaks HTTP/2 only",
  side: "client",
  severity: "fault",
  stage: "authorization",
  explains: ["net.idle-reset"],
  cites: ["RFC 9113 section 3.4: connection preface, SETTINGS", "grpc-go: ServerOption Creds"],
  explain: `The handshake works, and to a request of HTTP/1.1 the server answers with frames of HTTP/2 (a SETTINGS frame comes
first), or closes: a gRPC server that does not negotiate by ALPN, or one behind a proxy that passes TLS through. Clients of HTTP/1.1
call the answer "malformed HTTP response". Certificates have nothing to do with it.`,
  detect: (seen) => fromLook(seen) ?? fromLog(seen),
});

const fromLook = (seen: Case): Detected | undefined => {
  const greeted = greetedOf(seen);
  if (greeted === undefined) return undefined;
  const { where, endpoint, main, followUps, handshake } = greeted;
  if (/^(?:etcd|etcd-peer|istiod)$/.test(endpoint.program) || handshake.alpn === "h2")
    return undefined;
  const negotiates =
    followUps.http2?.handshake?.completed === true && followUps.http2.handshake.alpn === "h2";
  const refused = !handshake.completed && handshake.alert?.number === 120 && negotiates;
  if (!refused && !(handshake.completed && main.answer?.first.kind === "http2")) return undefined;
  return {
    text: `${where} speaks HTTP/2 only: ${refused ? 'it ends the handshake with a client that offers "http/1.1"' : "it answers a request of HTTP/1.1 with a SETTINGS frame"}`,
    subject: where,
    certainty: "proved",
    evidence: [
      ...(refused
        ? [
            'offered "http/1.1" (ALPN), the server answered with the alert no_application_protocol (120)',
          ]
        : [
            `the ${handshake.version ?? "TLS"} handshake completed without a protocol agreed on (ALPN)`,
            `to GET ${endpoint.path} of HTTP/1.1 came a SETTINGS frame of HTTP/2`,
          ]),
      ...(negotiates ? ['offered "h2", it takes it'] : []),
      writtenText(endpoint),
    ],
    breaks:
      "clients of HTTP/1.1 (health checks, curl --http1.1, browsers behind old proxies) get nothing they understand",
    fix: [
      {
        does: `use a client of HTTP/2 or gRPC for ${where}, and set the protocol of proxies and health checks before it to h2 (nginx: grpc_pass; HAProxy: proto h2; Envoy: http2_protocol_options)`,
        command: `curl --http2-prior-knowledge -vk https://${where}${endpoint.path}`,
      },
    ],
  };
};

const fromLog = (seen: Case): Detected | undefined => {
  const found = logSaying(seen, {
    says: /malformed HTTP (?:response|status|version).*\\x00|Received HTTP\/0\.9 when not allowed|malformed HTTP response|bogus greeting|HTTP\/1\.1 request on h(?:ttp\/)?2|client preface|PRI \* HTTP\/2|HTTP_1_1_REQUIRED|Parse Error: Expected HTTP/i,
    unless: /error reading server preface/i,
  });
  if (found === undefined) return undefined;
  const { where, evidence } = found;
  return {
    text: `${where} speaks HTTP/2 only, and the client asks in HTTP/1.1`,
    subject: where,
    certainty: "likely",
    evidence,
    breaks: "the client does not understand the answer",
    fix: [
      {
        does: "use a client of HTTP/2 or gRPC, and set the protocol of proxies and health checks before it to h2 (nginx: grpc_pass; HAProxy: proto h2; Envoy: http2_protocol_options)",
      },
    ],
  };
};
