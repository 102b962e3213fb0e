import type { Case } from "../../case.ts";
import { defineFault } from "../../fault.ts";
import type { Detected } from "../../finding.ts";
import { logSaying } from "../../log/saying.ts";
import { greetedOf, writtenText } from "../../reach.ts";

export const fault = defineFault({
  id: "proto.version-server-too-old",
  title: "Server speaks only old versions of TLS",
  side: "server",
  severity: "fault",
  stage: "negotiate",
  cites: [
    "RFC 8996: TLS 1.0 and 1.1 must not be used",
    "crypto/tls: clients begin at TLS 1.2 since Go 1.18",
    "OpenSSL 3: security level 1 and above refuse TLS 1.1",
  ],
  explain: `The server offers TLS 1.0 or 1.1 and nothing newer; today's clients begin at TLS 1.2 and refuse. An old program or
library, a Windows or Java of ten years ago, a load balancer's ancient policy, or a \`tls-max-version\` set by mistake.

Go says "protocol version not supported" or "server selected unsupported protocol version 301", OpenSSL "unsupported protocol",
curl on Debian "legacy sigalg disallowed or unsupported", which leads astray. Doctor offers the old versions too, only to see
which one the server would take.`,
  detect: (seen) => fromLook(seen) ?? fromLog(seen),
});

const old: ReadonlySet<string> = new Set(["SSLv3", "TLSv1", "TLSv1.0", "TLSv1.1"]);

const fromLook = (seen: Case): Detected | undefined => {
  const greeted = greetedOf(seen);
  if (greeted === undefined) return undefined;
  const { where, endpoint, handshake } = greeted;
  const { version } = handshake;
  const { maxVersion } = seen.client;
  // A client that may speak no better gets no better.
  if (
    version === undefined ||
    !old.has(version) ||
    (maxVersion !== undefined && old.has(maxVersion))
  )
    return undefined;
  return {
    text: `${where} speaks ${readable(version)} and nothing newer; clients of today begin at TLS 1.2`,
    subject: where,
    certainty: "proved",
    evidence: [
      `offered TLS 1.0 to ${readable(maxVersion ?? "TLSv1.3")}, the server chose ${readable(version)}${handshake.cipher === undefined ? "" : ` with ${handshake.cipher}`}`,
      writtenText(endpoint),
    ],
    breaks: `clients built with Go since 1.18, OpenSSL 3, Java 11 or newer refuse ${where}`,
    fix: [
      {
        does: `update the server at ${where}, or raise its highest version of TLS to 1.2 or 1.3 (look for tls-max-version, ssl_protocols, MaxProtocol, SSLProtocol); see that it works`,
        command: `openssl s_client -tls1_2 -connect ${where}`,
      },
    ],
  };
};

const readable = (version: string): string =>
  version.replace(/^TLSv/, "TLS ").replace(/^TLS 1$/, "TLS 1.0");

const fromLog = (seen: Case): Detected | undefined => {
  // Go's server lists what the client offered: with 1.2 or newer in it, the server itself is the old one.
  const byServer = logSaying(seen, {
    says: /offered only unsupported versions: \[(?:[0-9a-f]+ )*30[34]\b/i,
    unless: /offered only unsupported versions: \[303 302/,
    role: "server",
  });
  const byClient = logSaying(seen, {
    says: /protocol version not supported|server selected unsupported protocol version|tlsv1 alert protocol version|legacy sigalg disallowed|unsupported[_ ]protocol|wrong ssl version|ProtocolVersion|version too low|UNSUPPORTED_PROTOCOL/i,
    role: "client",
  });
  const found = byServer ?? byClient;
  if (found === undefined || /peer is incompatible|Received fatal alert/.test(found.line.text))
    return undefined;
  const server = byServer !== undefined;
  const where = server
    ? found.line.program === "unknown"
      ? "the server"
      : found.line.program
    : found.where;
  return {
    text: `${where} speaks only versions of TLS that are older than what ${server && found.line.remote !== undefined ? `the client at ${found.line.remote}` : "the client"} offers`,
    subject: where,
    certainty: "likely",
    evidence: found.evidence,
    breaks: "the two share no version of TLS; the client is turned away",
    fix: [
      {
        does: `update the server, or raise its highest version of TLS to 1.2 or 1.3 (look for tls-max-version, ssl_protocols, MaxProtocol)`,
        ...(server || !found.known
          ? {}
          : { command: `openssl s_client -tls1_2 -connect ${found.where}` }),
      },
    ],
  };
};
