import type { Case } from "../../case.ts";
import { defineFault } from "../../fault.ts";
import type { Detected } from "../../finding.ts";
import { logSaying } from "../../log/saying.ts";
import { exchangeText, greetedOf, writtenText } from "../../reach.ts";

export const fault = defineFault({
  id: "proto.proxy-protocol",
  title: "Server wants a PROXY protocol header, or got one it does not want",
  side: "config",
  severity: "fault",
  stage: "first-bytes",
  explains: [
    "net.closed-in-handshake",
    "net.reset-in-handshake",
    "net.reset-on-connect",
    "net.silent-after-connect",
    "proto.server-plaintext-http",
    "proto.client-plaintext",
  ],
  cites: [
    "The PROXY protocol, versions 1 and 2 (haproxy.org, proxy-protocol.txt)",
    "nginx: listen … proxy_protocol; HAProxy: bind … accept-proxy",
  ],
  explain: `The PROXY protocol puts one line before the connection proper, by which a load balancer tells the client's address.
Both sides must agree: a server that expects the line closes on a ClientHello that comes without it, and one that does not expect it
takes the line for a broken ClientHello. The setting is an annotation of the cloud's load balancer on one side
(\`service.beta.kubernetes.io/aws-load-balancer-proxy-protocol\`), and \`proxy_protocol\`, \`accept-proxy\` or \`use-proxy-protocol\`
on the other.`,
  detect: (seen) => fromLook(seen) ?? fromLog(seen),
});

const fromLook = (seen: Case): Detected | undefined => {
  const greeted = greetedOf(seen);
  if (greeted === undefined || greeted.handshake.completed) return undefined;
  const { where, endpoint, followUps } = greeted;
  const behind = followUps["proxy-header"];
  const flight = behind?.handshake?.flight;
  // Whoever now answers in TLS, be it an alert, was waiting for that line.
  if (flight === undefined || flight.records === 0 || flight.malformed !== undefined)
    return undefined;
  return {
    text: `${where} wants a PROXY protocol header before TLS, and clients that come without a load balancer do not send one`,
    subject: where,
    certainty: "proved",
    evidence: [
      exchangeText(greeted),
      `with the line "PROXY TCP4 127.0.0.1 127.0.0.1 50000 443" before it, the same server ${behind?.handshake?.completed === true ? `finished the ${behind.handshake.version ?? "TLS"} handshake` : "answered in TLS"}`,
      writtenText(endpoint),
    ],
    breaks: `no client reaches ${where} but through a load balancer that sends the header`,
    fix: [
      {
        does: `make both sides agree: turn the PROXY protocol on at the load balancer before ${where}, or off at the server (nginx: listen … proxy_protocol; HAProxy: bind … accept-proxy; ingress-nginx: use-proxy-protocol); clients in between go through the load balancer`,
        command: `curl --haproxy-protocol -vk https://${where}/`,
      },
    ],
  };
};

const fromLog = (seen: Case): Detected | undefined => {
  const found = logSaying(seen, {
    besideLook: true,
    says: /PROXY protocol|PROXY TCP[46]|proxy header|PROXY UNKNOWN|proxyproto|listener proxy protocol|broken header: "/i,
  });
  if (found === undefined) return undefined;
  const { line, evidence } = found;
  const program = line.program === "unknown" ? "the server" : line.program;
  const sent = /PROXY TCP[46]|PROXY UNKNOWN/.test(line.text) && !/protocol/i.test(line.text);
  return {
    text: sent
      ? `${program} was sent a PROXY protocol header that it does not expect`
      : `${program} expects a PROXY protocol header, and what came had none`,
    subject: line.remote ?? found.where,
    certainty: "likely",
    evidence,
    breaks: "the connection is closed before TLS begins",
    fix: [
      {
        does: sent
          ? `turn the PROXY protocol on at ${program} (nginx: listen … proxy_protocol; HAProxy: bind … accept-proxy; ingress-nginx: use-proxy-protocol), or off at the load balancer before it`
          : `turn the PROXY protocol on at the load balancer before ${program}, or off at ${program}${line.remote === undefined ? "" : `; ${line.remote} came without one`}`,
      },
    ],
  };
};
