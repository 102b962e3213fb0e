import type { Case } from "../../case.ts";
import { defineFault } from "../../fault.ts";
import type { Detected } from "../../finding.ts";
import { locationText } from "../../location.ts";
import { logSaying } from "../../log/saying.ts";
import { greetedOf, writtenText } from "../../reach.ts";

export const fault = defineFault({
  id: "proto.sni-required",
  title: "Server wants to be called by a name it knows",
  side: "client",
  severity: "fault",
  stage: "negotiate",
  explains: ["proto.server-internal", "proto.handshake-failure"],
  cites: [
    "RFC 6066 section 3: server_name, unrecognized_name (112)",
    "nginx ssl_reject_handshake; HAProxy strict-sni; kubeconfig tls-server-name",
  ],
  explain: `The server chooses its certificate by the name in the ClientHello (SNI), and has none for the name it got, or for
none at all: a client that was given an IP address sends no name. The alert is unrecognized_name (112); Go servers whose
GetCertificate fails send internal_error (80).

Reach it by a name that it serves, or tell the client which name to use: \`tls-server-name\` in a kubeconfig, \`--servername\`,
\`server_name\`.`,
  detect: (seen) => fromLook(seen) ?? fromLog(seen),
});

const fromLook = (seen: Case): Detected | undefined => {
  const greeted = greetedOf(seen);
  if (greeted === undefined) return undefined;
  const { where, endpoint, main, handshake, followUps } = greeted;
  const { alert } = handshake;
  if (handshake.completed || alert === undefined) return undefined;
  const { bare } = followUps;
  const works = bare?.handshake?.flight.hello !== undefined;
  if (alert.number !== 112 && !(alert.number === 80 && works)) return undefined;
  const name = main.servername;
  const other = bare?.servername;
  return {
    text:
      name === undefined
        ? `${where} wants a server name (SNI), and a client that is given an address sends none`
        : `${where} does not know the name "${name}" that the client asks for (SNI)`,
    subject: name ?? where,
    certainty: "proved",
    evidence: [
      `${name === undefined ? "without a name" : `with the name "${name}"`} the server answered with the alert ${alert.name} (${alert.number})`,
      ...(works
        ? [`${other === undefined ? "without a name" : `with the name "${other}"`} it shakes hands`]
        : []),
      writtenText(endpoint),
    ],
    breaks: `clients that are configured like this are turned away by ${where}`,
    fix: [
      {
        does:
          name === undefined
            ? `write a name that the server serves in place of the address "${endpoint.host}" in ${locationText(endpoint.source)}, or set the server name apart (tls-server-name in a kubeconfig, --servername here)`
            : `use a name that the server serves in place of "${name}" in ${locationText(endpoint.source)}, or give ${where} a certificate for "${name}"`,
        command: `certwright doctor ${where} --servername NAME`,
      },
    ],
  };
};

const fromLog = (seen: Case): Detected | undefined => {
  const found = logSaying(seen, {
    besideLook: true,
    says: /unrecognized[_ ]name|UnrecognisedName|no certificate (?:available )?for (?:SNI|server name|")|no matching certificate|SSL alert number 112|strict-sni|missing server name|no SNI|callback failed.*clienthello|server name .* not (?:found|known|configured)|UNRECOGNIZED_NAME/i,
  });
  if (found === undefined) return undefined;
  const { line, where, evidence } = found;
  const server = line.role === "server";
  const asked =
    line.servername ??
    /SNI "([^"]+)"|server name "([^"]+)"/
      .exec(line.text)
      ?.slice(1)
      .find((one) => one !== undefined);
  const who = server && line.remote !== undefined ? `the client at ${line.remote}` : "the client";
  return {
    text: `${server ? (line.program === "unknown" ? "the server" : line.program) : where} has no certificate for ${asked === undefined ? "the name (SNI), or the lack of one," : `the name "${asked}"`} that ${who} asks for`,
    subject: asked ?? where,
    certainty: "likely",
    evidence,
    breaks: `${who} is turned away before a certificate is shown`,
    fix: [
      {
        does: `let ${who} use a name that the server serves (not its address; tls-server-name in a kubeconfig), or give the server a certificate for ${asked === undefined ? "that name" : `"${asked}"`}`,
      },
    ],
  };
};
