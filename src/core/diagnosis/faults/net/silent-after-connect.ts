import type { Case } from "../../case.ts";
import { defineFault } from "../../fault.ts";
import type { Detected } from "../../finding.ts";
import { endpointText } from "../../endpoint.ts";
import { logSaying } from "../../log/saying.ts";
import { exchangeText, secondsText, silenceIn, writtenText } from "../../reach.ts";

export const fault = defineFault({
  id: "net.silent-after-connect",
  title: "Server accepts the connection and says nothing",
  side: "server",
  severity: "fault",
  stage: "first-bytes",
  cites: [
    "listen(2): the system accepts for a process that hangs",
    "net/http: TLSHandshakeTimeout, 10 s",
  ],
  explain: `TCP works, and no byte ever comes. The system completes connections for a process by itself, so a server that hangs,
is stopped or swaps looks just like this. So do a relay or NAT rule that leads nowhere, and a server of a plain protocol that
waits for the end of a line.

Tools without a time-out of their own wait for ever here (openssl s_client, gnutls-cli, sslscan). Go says "TLS handshake
timeout" after 10 s, Java "Read timed out", others "context deadline exceeded".`,
  detect: (seen) => fromLook(seen) ?? fromLog(seen),
});

const fromLook = ({ endpoint, probes }: Case): Detected | undefined => {
  const connection = probes?.main.connection;
  if (endpoint === undefined || probes === undefined || connection === undefined) return undefined;
  const where = endpointText(endpoint);
  const { main, followUps } = probes;
  // A server that is asked for TLS in its own protocol may be silent before that.
  const silence = silenceIn(
    main,
    endpoint.postgres !== undefined && main.handshake === undefined ? "prologue" : "handshake",
  );
  if (connection.received > 0 || connection.end.how !== "open" || silence === undefined)
    return undefined;
  return {
    text: `${where} accepts the connection and then says nothing`,
    subject: where,
    certainty: "proved",
    evidence: [
      exchangeText({ where, connection, main }),
      `waited ${secondsText(silence.end - silence.start)} for ${silence.awaited ?? "a byte"}`,
      ...(followUps.plain === undefined ? [] : ["a request without TLS got no answer either"]),
      writtenText(endpoint),
    ],
    breaks: `clients of ${where} hang until they give up`,
    fix: [
      {
        does: `on the server, see which process listens on port ${endpoint.port} and whether it hangs; restart it. If it is a relay or NAT rule, see where that leads`,
        command: `ss -ltnp 'sport = :${endpoint.port}'`,
      },
    ],
  };
};

const fromLog = (seen: Case): Detected | undefined => {
  const found = logSaying(seen, {
    says: /TLS handshake timeout|Read timed out|SSL connection timeout|SSL_do_handshake.*timed out|handshake timed out|The read operation timed out/i,
  });
  if (found === undefined) return undefined;
  const { where, certainty, evidence } = found;
  return {
    text: `${where} accepted the connection and then said nothing`,
    subject: where,
    certainty,
    evidence,
    breaks: `clients of ${where} hang until they give up`,
    fix: [
      {
        does: `see whether the process at ${where} hangs, or where the relay before it leads; look at it`,
        ...found.look,
      },
    ],
  };
};
