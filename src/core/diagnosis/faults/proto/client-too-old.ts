import type { Case } from "../../case.ts";
import { defineFault } from "../../fault.ts";
import type { Detected } from "../../finding.ts";
import { locationText } from "../../location.ts";
import { logSaying } from "../../log/saying.ts";
import { greetedOf, writtenText } from "../../reach.ts";

export const fault = defineFault({
  id: "proto.client-too-old",
  title: "Client speaks only versions of TLS that the server does not take",
  side: "client",
  severity: "fault",
  stage: "negotiate",
  explains: ["proto.handshake-failure"],
  cites: [
    "RFC 8446 section 6.2: protocol_version (70)",
    "etcd --tls-min-version, kube-apiserver --tls-min-version",
  ],
  explain: `The server wants a newer version of TLS than the client may speak, and says so by the alert protocol_version (70):
a server set to TLS 1.3 only, and a client of an older library, an old JDK, or one whose configuration holds it at TLS 1.2. Either the
client is updated, or the server's lowest version is lowered to 1.2.`,
  detect: (seen) => fromLook(seen) ?? fromLog(seen),
});

const readable = (version: string): string =>
  version.replace(/^TLSv/, "TLS ").replace(/^TLS 1$/, "TLS 1.0");

const fromLook = (seen: Case): Detected | undefined => {
  const greeted = greetedOf(seen);
  if (greeted === undefined) return undefined;
  const { where, endpoint, handshake, followUps } = greeted;
  const { maxVersion, who } = seen.client;
  if (handshake.completed || handshake.alert?.number !== 70) return undefined;
  const taken = followUps["any-version"]?.handshake?.version;
  const most = maxVersion === undefined ? undefined : readable(maxVersion);
  const place = locationText({ file: "command line", field: "--tls-max" });
  return {
    text:
      most === undefined
        ? `${where} takes none of the versions TLS 1.0 to 1.3`
        : `${who} speaks TLS up to ${most.slice(4)}, and ${where} wants ${taken === undefined ? "a newer version" : `${readable(taken)} or newer`}`,
    subject: where,
    certainty: most !== undefined && taken !== undefined ? "proved" : "likely",
    evidence: [
      `offered up to ${most ?? "TLS 1.3"}, the server answered with the alert protocol_version (70)`,
      ...(taken === undefined ? [] : [`offered more, it took ${readable(taken)}`]),
      writtenText(endpoint),
    ],
    breaks: `${who} is turned away by ${where}`,
    fix: [
      {
        does: `update ${who === "the client" ? "the client or its TLS library" : who}, or allow it ${taken === undefined ? "newer versions" : readable(taken)} (here ${place} is ${most?.slice(4) ?? "not set"}); else lower the lowest version of ${where} to ${most ?? "TLS 1.2"} (etcd and kube-apiserver: --tls-min-version; nginx: ssl_protocols)`,
        command: `certwright doctor ${where} --tls-max 1.3`,
      },
    ],
  };
};

const fromLog = (seen: Case): Detected | undefined => {
  const found =
    logSaying(seen, {
      says: /offered only unsupported versions: \[(?:303 302|30[0-2])|unsupported[_ ]protocol|version too low|wrong version number.*client|Client requested protocol \S+ (?:is )?not enabled|The client supported protocol versions .* are not accepted|TLSV1_ALERT_PROTOCOL_VERSION|no protocols available|inappropriate fallback|offered only unsupported versions: \[\]/i,
      role: "server",
    }) ??
    logSaying(seen, {
      says: /Received fatal alert: protocol_version|No appropriate protocol \(protocol is disabled|The server selected protocol version/i,
      role: "client",
    });
  if (found === undefined) return undefined;
  const { line, where, evidence } = found;
  const server = line.role === "server";
  const who = server && line.remote !== undefined ? `the client at ${line.remote}` : "the client";
  return {
    text: `${who} speaks only old versions of TLS, which ${server ? (line.program === "unknown" ? "the server" : line.program) : where} does not take`,
    subject: server ? (line.remote ?? line.file) : where,
    certainty: "likely",
    evidence,
    breaks: "the two share no version of TLS; that client is turned away",
    fix: [
      {
        does: `update ${who} (its program, TLS library or JDK), or allow it TLS 1.2 and 1.3; else lower the server's lowest version (etcd and kube-apiserver: --tls-min-version; nginx: ssl_protocols)`,
      },
    ],
  };
};
