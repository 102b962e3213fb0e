import type { Case } from "../../case.ts";
import { defineFault } from "../../fault.ts";
import type { Detected } from "../../finding.ts";
import { logSaying } from "../../log/saying.ts";
import { exchangeText, greetedOf, writtenText } from "../../reach.ts";

export const fault = defineFault({
  id: "proto.server-internal",
  title: "Server has an error of its own",
  side: "server",
  severity: "fault",
  stage: "negotiate",
  cites: [
    "RFC 8446 section 6.2: internal_error (80)",
    "crypto/tls: errNoCertificates, GetCertificate",
  ],
  explain: `The server sent the alert internal_error (80): it failed on its own, mostly because it has no certificate to show, cannot
read its key, or its function that chooses a certificate failed. No client can do anything about it; the server's log has the reason
("tls: no certificates configured", "no SSL certificate is defined").`,
  detect: (seen) => fromLook(seen) ?? fromLog(seen),
});

const fromLook = (seen: Case): Detected | undefined => {
  const greeted = greetedOf(seen);
  if (greeted === undefined) return undefined;
  const { where, endpoint, handshake, followUps, main } = greeted;
  if (handshake.completed || handshake.alert?.number !== 80) return undefined;
  if (handshake.flight.certificateRequest !== undefined) return undefined;
  const { bare } = followUps;
  return {
    text: `${where} fails on its own in the handshake: it sends the alert internal_error (80)`,
    subject: where,
    certainty: "likely",
    evidence: [
      exchangeText(greeted),
      `${main.servername === undefined ? "without a name" : `with the name "${main.servername}"`} the server answered with the alert internal_error (80)`,
      ...(bare === undefined
        ? []
        : [
            `${bare.servername === undefined ? "without a name" : `with the name "${bare.servername}"`} it is the same`,
          ]),
      writtenText(endpoint),
    ],
    breaks: `no client gets through to ${where}`,
    fix: [
      {
        does: `look into the log of ${where}: most servers that do this have no certificate loaded, cannot read their key, or have none for the name that was asked for. Then`,
        command: `certwright doctor ${where} --server-log LOG`,
      },
    ],
  };
};

const fromLog = (seen: Case): Detected | undefined => {
  const found = logSaying(seen, {
    besideLook: true,
    says: /no certificates configured|alert internal error|tls: internal error|(?<!\()InternalError\b|Received fatal alert: internal_error|SSL alert number 80\b|no "?ssl_certificate"? is defined|neither Certificates, GetCertificate|error fetching certificate|failed to load (?:TLS|server) certificate/i,
  });
  if (found === undefined) return undefined;
  const { line, where, evidence } = found;
  const who =
    line.role === "server" ? (line.program === "unknown" ? "the server" : line.program) : where;
  return {
    text: `${who} fails on its own in the handshake (internal_error): it has no certificate that it could show`,
    subject: where,
    certainty: "likely",
    evidence,
    breaks: "every client is turned away",
    fix: [
      {
        does: `give ${who} a certificate and key that it can read, for the name that clients ask for, and see its log from the start on`,
        ...(line.role === "client" && found.known ? { command: `certwright doctor ${where}` } : {}),
      },
    ],
  };
};
