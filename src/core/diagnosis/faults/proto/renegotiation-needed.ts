import type { Case } from "../../case.ts";
import { defineFault } from "../../fault.ts";
import type { Detected } from "../../finding.ts";
import { logSaying } from "../../log/saying.ts";
import { greetedOf, writtenText } from "../../reach.ts";

export const fault = defineFault({
  id: "proto.renegotiation-needed",
  title: "Server asks for a second handshake",
  side: "server",
  severity: "fault",
  stage: "authorization",
  explains: ["net.idle-reset", "client.none-sent", "client.rejected"],
  cites: [
    "RFC 5246 section 7.4.1.1: HelloRequest",
    "RFC 8446 section 4.6.2: post-handshake authentication",
    "RFC 9113 section 9.2.1: no renegotiation in HTTP/2",
    "crypto/tls: RenegotiateNever",
  ],
  explain: `The handshake was done, the request was sent, and only then does the server ask for a client certificate, by a second
handshake: IIS, Apache and old nginx do so when a certificate is demanded for one path only. TLS 1.3 has no such thing (its
post-handshake authentication is what hardly a client has), HTTP/2 forbids it, and Go's clients refuse it: "tls: no renegotiation".

The way out is a server that demands certificates in its first handshake, on a host name or port of its own.`,
  detect: (seen) => fromLook(seen) ?? fromLog(seen),
});

const fix: Detected["fix"] = [
  {
    does: "demand the client certificate for the whole server (its own host name or port) in place of one path: Apache: SSLVerifyClient outside of <Location>; IIS: clientcertnegotiation=enable in the binding; nginx: ssl_verify_client in server",
    command: "netsh http update sslcert ipport=0.0.0.0:443 clientcertnegotiation=enable",
  },
];

const fromLook = (seen: Case): Detected | undefined => {
  const greeted = greetedOf(seen);
  if (greeted === undefined) return undefined;
  const { where, endpoint, handshake, main } = greeted;
  const { renegotiation, requestAfterHandshake } = handshake.flight;
  const refused = /renegotiation/i.test(handshake.localError?.message ?? "");
  if (!renegotiation && !requestAfterHandshake && !refused) return undefined;
  return {
    text: `${where} asks for a second handshake behind the request for ${endpoint.path}, which Go clients and HTTP/2 refuse`,
    subject: where,
    certainty: "proved",
    forWhom:
      "Go clients (kubectl, etcdctl, calicoctl) and all of HTTP/2 and TLS 1.3; OpenSSL clients of TLS 1.2 may follow",
    evidence: [
      `the ${handshake.version ?? "TLS"} handshake was done; behind GET ${endpoint.path} the server began another one`,
      ...(main.answer?.statusLine === undefined ? [] : [`its answer: "${main.answer.statusLine}"`]),
      writtenText(endpoint),
    ],
    breaks: `requests to such paths of ${where} hang or are cut off`,
    fix,
  };
};

const fromLog = (seen: Case): Detected | undefined => {
  const found = logSaying(seen, {
    says: /\bre-?negotiation\b|NO_RENEGOTIATION|post[- ]handshake auth/i,
  });
  if (found === undefined) return undefined;
  const { where, evidence } = found;
  return {
    text: `${where} asks for a second handshake (renegotiation), and the client refuses it`,
    subject: where,
    certainty: "likely",
    evidence,
    breaks: "the request is cut off",
    fix,
  };
};
