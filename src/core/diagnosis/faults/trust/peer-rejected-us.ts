import { defineFault } from "../../fault.ts";
import { isLoopback } from "../../log/telling.ts";

export const fault = defineFault({
  id: "trust.peer-rejected-us",
  title: "Clients refuse this server",
  side: "client",
  severity: "fault",
  stage: "trust",
  cites: [
    "RFC 8446 section 6.2: bad_certificate (42), unknown_ca (48)",
    "crypto/tls: remote error",
  ],
  explain: `A server's log says "remote error: tls: bad certificate" or "unknown certificate authority": the alert came from the
other side, so it is the client at that address that does not accept this server's certificate. Clients in Go send "bad
certificate" for whatever they do not like (CA, name, dates), others "unknown ca" for the CA alone.

An etcd member sees the same from itself, at a loopback address, when it dials its own client port.`,
  detect: (seen) => {
    if (seen.endpoint !== undefined) return undefined;
    const lines = seen.log.filter(({ role, text }) => role === "server" && refusal.test(text));
    const line = lines.findLast(({ remote }) => !isLoopback(remote)) ?? lines.at(-1);
    if (line === undefined) return undefined;
    const who = line.remote === undefined ? "a client" : `the client at ${line.remote}`;
    const certificate =
      line.program === "unknown"
        ? "this server's certificate"
        : `the certificate of this ${line.program}`;
    const authority = /unknown/i.test(line.text);
    return {
      text: `${who} refuses ${certificate}: ${authority ? "it does not know its CA" : "its CA, name or dates do not suit that client"}`,
      subject: line.remote ?? line.file,
      certainty: isLoopback(line.remote) ? "possible" : "likely",
      evidence: [
        `${line.file}:${line.line}: ${line.raw}`,
        "a remote error is the other side's alert, about the certificate that was shown to it",
      ],
      breaks: `${who} cannot use this server`,
      fix: [
        {
          does: `at ${line.remote ?? "the client"}, look at its CA file and at the name by which it calls this server, with the configuration that it uses`,
          command: "certwright doctor HOST:PORT --ca CA.crt",
        },
      ],
    };
  },
});

const refusal =
  /remote error: tls: (?:bad certificate|unknown certificate(?: authority)?)|tlsv1 alert unknown ca|alert (?:bad certificate|certificate unknown|unknown ca)\b|Received fatal alert: (?:bad_certificate|unknown_ca|certificate_unknown)/i;
