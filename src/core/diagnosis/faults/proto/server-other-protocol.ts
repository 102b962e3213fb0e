import type { FirstBytes } from "../../../tls/first-bytes.ts";
import type { Case } from "../../case.ts";
import { defineFault } from "../../fault.ts";
import type { Detected, FixStep } from "../../finding.ts";
import { logSaying } from "../../log/saying.ts";
import { endpointText } from "../../endpoint.ts";
import { exchangeText, greetedOf, writtenText } from "../../reach.ts";

export const fault = defineFault({
  id: "proto.server-other-protocol",
  title: "Another protocol than TLS answers",
  side: "config",
  severity: "fault",
  stage: "first-bytes",
  explains: [
    "net.closed-in-handshake",
    "net.reset-in-handshake",
    "net.reset-on-connect",
    "net.silent-after-connect",
    "net.stalled-mid-handshake",
  ],
  cites: [
    "RFC 4253 section 4.2: SSH-protoversion",
    "RFC 5321 section 3.1: 220",
    "PostgreSQL, Frontend/Backend Protocol: SSLRequest",
  ],
  explain: `Something answers on the port, and it is no TLS server: SSH, mail, a database. Mostly the port is wrong. Some of
them do have TLS, behind a question in their own protocol (STARTTLS of SMTP, IMAP and POP3; SSLRequest of PostgreSQL; a flag in
MySQL's greeting): a client that begins with TLS at once gets nowhere there. \`certwright doctor postgres://HOST\` asks a
PostgreSQL as its clients do, and calls it by this name when \`ssl\` is off there.

OpenSSL calls it "wrong version number", Go "first record does not look like a TLS handshake", rustls "InvalidContentType".`,
  detect: (seen) => fromPostgres(seen) ?? fromLook(seen) ?? fromLog(seen),
});

const switchOn: readonly FixStep[] = [
  {
    does: "on that server, set ssl = on, ssl_cert_file and ssl_key_file in postgresql.conf and reload it",
    command: `psql -c "ALTER SYSTEM SET ssl = on" -c "SELECT pg_reload_conf()"`,
  },
];

/** PostgreSQL was expected, and what answered SSLRequest is not one with TLS. */
const fromPostgres = ({ endpoint, probes }: Case): Detected | undefined => {
  const connection = probes?.main.connection;
  if (endpoint?.postgres === undefined || connection === undefined) return undefined;
  if (probes?.main.handshake !== undefined) return undefined;
  const { first } = connection;
  const silent = connection.received === 0;
  if (silent && connection.end.how === "open") return undefined;
  const where = endpointText(endpoint);
  const off = first.kind === "postgresql" && first.answer === "N";
  const said = silent
    ? "it ended the connection"
    : `it answered with ${"text" in first && first.text !== "" ? `"${first.text.slice(0, 60)}"` : (names[first.kind] ?? first.kind)}`;
  return {
    text: off
      ? `the PostgreSQL at ${where} has TLS switched off: it answers SSLRequest with "N"`
      : `${where} is no PostgreSQL with TLS: ${said}`,
    subject: where,
    certainty: "proved",
    evidence: [`asked for TLS by SSLRequest, ${said}`, writtenText(endpoint)],
    breaks: off
      ? `clients with sslmode=require or more are turned away; those with sslmode=prefer speak to ${where} in the clear`
      : `no client of PostgreSQL gets anywhere at ${where}`,
    fix: off
      ? switchOn
      : [
          {
            does: `correct the port of "${endpoint.written}"; on the server, see what listens on port ${endpoint.port}`,
            command: `ss -ltnp 'sport = :${endpoint.port}'`,
          },
        ],
  };
};

const names: Partial<Record<FirstBytes["kind"], string>> = {
  ssh: "an SSH server",
  "smtp-or-ftp": "a mail or FTP server",
  imap: "an IMAP server",
  pop3: "a POP3 server",
  redis: "a Redis server",
  vnc: "a VNC server",
  mysql: "a MySQL server",
  postgresql: "a PostgreSQL server",
  telnet: "a Telnet server",
  http2: "an HTTP/2 server without TLS",
};

const upgrades: Partial<Record<FirstBytes["kind"], string>> = {
  "smtp-or-ftp": "smtp",
  imap: "imap",
  pop3: "pop3",
  mysql: "mysql",
  postgresql: "postgres",
};

/** What is there, by what it said first, or to PostgreSQL's own question. */
const whatAnswers = (
  seen: Case,
): { readonly first: FirstBytes; readonly how: string } | undefined => {
  const greeted = greetedOf(seen);
  if (greeted === undefined || greeted.handshake.completed) return undefined;
  const { first } = greeted.connection;
  const silent = ["nothing", "tls-handshake", "tls-alert", "http"].includes(first.kind);
  if (!silent)
    return {
      first,
      how: `its first bytes are ${"text" in first ? `"${first.text}"` : first.kind}`,
    };
  const asked = greeted.followUps["ssl-request"];
  const answer = asked?.connection?.first;
  const upgraded = asked?.handshake !== undefined && asked.handshake.flight.records > 0;
  if (first.kind === "nothing" && (answer?.kind === "postgresql" || upgraded))
    return {
      first:
        answer?.kind === "postgresql" ? answer : { kind: "postgresql", answer: "S", text: "S" },
      how: `it answered PostgreSQL's SSLRequest with "${upgraded || answer?.kind !== "postgresql" ? "S" : answer.answer}"`,
    };
  const spoken =
    greeted.followUps.plain?.connection?.first ?? greeted.followUps.listen?.connection?.first;
  if (first.kind === "nothing" && spoken !== undefined && names[spoken.kind] !== undefined)
    return {
      first: spoken,
      how: `to a line of text it answered ${"text" in spoken ? `"${spoken.text}"` : spoken.kind}`,
    };
  return undefined;
};

const fromLook = (seen: Case): Detected | undefined => {
  const greeted = greetedOf(seen);
  const found = whatAnswers(seen);
  if (greeted === undefined || found === undefined) return undefined;
  const { where, endpoint } = greeted;
  const { first, how } = found;
  const name = names[first.kind];
  const upgrade = upgrades[first.kind];
  const said = "text" in first && first.text !== "" ? ` ("${first.text.slice(0, 60)}")` : "";
  return {
    text: `${where} is no TLS server: ${name === undefined ? `it answers with something else${said}` : `${name}${said} answers there`}`,
    subject: where,
    certainty: "proved",
    evidence: [exchangeText(greeted), how, writtenText(endpoint)],
    breaks: `no client that begins with TLS gets anywhere at ${where}`,
    fix: [
      {
        does: `correct the port of "${endpoint.written}" in ${endpoint.source.file === "command line" ? "the command line" : endpoint.source.file}${upgrade === undefined ? "" : ", or use a client that asks that server for TLS in its own protocol (STARTTLS)"}; on the server, see what listens on port ${endpoint.port}`,
        command:
          upgrade === undefined
            ? `ss -ltnp 'sport = :${endpoint.port}'`
            : upgrade === "postgres"
              ? `certwright doctor postgres://${where}`
              : `openssl s_client -starttls ${upgrade} -connect ${where}`,
      },
    ],
  };
};

const fromLog = (seen: Case): Detected | undefined => {
  const off = logSaying(seen, { says: /server does not support SSL, but SSL was required/ });
  if (off !== undefined)
    return {
      text: `the PostgreSQL at ${off.where} has TLS switched off, and the client wants it`,
      subject: off.where,
      certainty: "proved",
      evidence: off.evidence,
      breaks: "clients with sslmode=require or more are turned away",
      fix: switchOn,
    };
  const found = logSaying(seen, {
    says: /first record does not look like a TLS handshake|invalid SSL\/TLS record|not an SSL\/TLS record/i,
    role: "client",
  });
  if (found === undefined || found.line.program === "envoy") return undefined;
  return {
    text: `${found.where} is no TLS server: another protocol answers there`,
    subject: found.where,
    certainty: "likely",
    evidence: found.evidence,
    breaks: "the client gives up before a certificate is shown",
    fix: [
      {
        does: "correct the port where the client has it; see what answers there",
        ...found.look,
      },
    ],
  };
};
