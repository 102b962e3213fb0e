import type { Case } from "../../case.ts";
import { defineFault } from "../../fault.ts";
import type { Detected } from "../../finding.ts";
import { logSaying, type Saying } from "../../log/saying.ts";
import { exchangeText, greetedOf, writtenText } from "../../reach.ts";

export const fault = defineFault({
  id: "proto.handshake-failure",
  title: "Server ends the handshake without a reason",
  side: "server",
  severity: "fault",
  stage: "negotiate",
  cites: ["RFC 8446 section 6.2 and RFC 5246 section 7.2.2: handshake_failure (40)"],
  explain: `The server sent the alert handshake_failure (40), which stands for anything it did not like: in TLS 1.2 a missing
client certificate, no common cipher suite or group, a key of a kind it does not want. Doctor tries wider offers to tell these apart;
when none of them changes the answer, only the server's log knows the reason.`,
  detect: (seen) => fromLook(seen) ?? fromLog(seen),
});

const fromLook = (seen: Case): Detected | undefined => {
  const greeted = greetedOf(seen);
  if (greeted === undefined) return undefined;
  const { where, endpoint, handshake, followUps } = greeted;
  if (handshake.completed || handshake.alert?.number !== 40) return undefined;
  // Behind its CertificateRequest it is about our certificate.
  if (handshake.flight.certificateRequest !== undefined) return undefined;
  const chosen = handshake.flight.hello !== undefined;
  return {
    text: `${where} ends the handshake with the alert handshake_failure (40), and does not say why`,
    subject: where,
    certainty: "possible",
    evidence: [
      exchangeText(greeted),
      chosen
        ? "it came after the server had chosen version and cipher: something about keys or certificates"
        : "it came before the server chose version or cipher",
      ...(followUps.ciphers === undefined
        ? []
        : ["every cipher suite, every group, and TLS 1.3 alone were tried: it is the same"]),
      writtenText(endpoint),
    ],
    breaks: `no client gets through to ${where}`,
    fix: [
      {
        does: `look into the log of ${where}; what it can be, the likeliest first: no cipher suite that fits its certificate, a client certificate that it misses, signature algorithms it does not share, a name (SNI) it does not serve. With its log`,
        command: `certwright doctor ${where} --server-log LOG`,
      },
    ],
  };
};

const fromLog = (seen: Case): Detected | undefined => {
  const found = logSaying(seen, {
    says: /handshake[_ ]failure|HandshakeFailure|SSL alert number 40\b/i,
    unless: /certificate/i,
  });
  if (found === undefined) return undefined;
  if (found.line.program === "haproxy" && found.line.role === "server") return fromHaproxy(found);
  return {
    text: `${found.where} ended the handshake with the alert handshake_failure (40), and did not say why`,
    subject: found.where,
    certainty: "possible",
    evidence: found.evidence,
    breaks: "the connection does not come about",
    fix: [
      {
        does: "look at the server itself, which tells more; what it can be, the likeliest first: no common cipher suite, a client certificate that it misses (TLS 1.2), no common group",
        ...found.look,
      },
    ],
  };
};

/** Its log names the client, and by default nothing else: no certificate shown, no cipher in common, a client that left. */
const fromHaproxy = ({ line, known, where, evidence }: Saying): Detected => ({
  text: `haproxy's handshake with the client ${known ? where : ""} failed, and its log does not say why`.replace(
    "  ",
    " ",
  ),
  subject: where,
  certainty: "possible",
  evidence,
  breaks: "that client does not get through to haproxy",
  fix: [
    {
      does: `have its log say why, in the section of the frontend ${line.extras["frontend"]?.replace(/[~/].*$/, "") ?? ""}; what it can be, the likeliest first: the client shows no certificate where "verify required" is set, the client refuses haproxy's certificate, it speaks no TLS`,
      command: `error-log-format "%ci:%cp [%tr] %ft: %[fc_err_str] %[ssl_fc_err_str] %[ssl_c_err]"`,
    },
  ],
});
