import { formatName } from "../../../x509/names.ts";
import { agoText } from "../../../x509/path/duration.ts";
import type { Case } from "../../case.ts";
import { fromClientLog } from "../../client-fault.ts";
import { defineFault } from "../../fault.ts";
import { failureOf } from "../../for-whom.ts";
import type { Detected } from "../../finding.ts";
import { locationText } from "../../location.ts";
import { callIt, certificateFacts, momentText } from "../../words.ts";
import { shellWord } from "../../../text/shell-word.ts";

export const fault = defineFault({
  id: "client.expired",
  title: "Client certificate expired",
  side: "client",
  severity: "fault",
  stage: "client-certificate",
  explains: ["client.rejected"],
  cites: [
    "RFC 5280 section 4.1.2.5",
    "RFC 8446 section 6.2: certificate_expired (45)",
    "etcd server/embed: rejected connection",
  ],
  explain: `The client shows a certificate whose time is over, and the server refuses it. The client rarely says so:
calicoctl hangs, etcdctl prints "context deadline exceeded", Kubernetes answers 401. Only the server's log is clear:
"certificate has expired or is not yet valid: current time … is after …".

A new certificate for the same subject from the same CA is all that is needed; most clients read it at their next start.`,
  detect: (seen) => fromFile(seen) ?? fromLog(seen),
});

const fromFile = ({ now, client, own, demand }: Case): Detected | undefined => {
  if (own === undefined) return undefined;
  const { file } = own;
  // Itself, or a CA of its chain.
  const certificate =
    own.certificate.notAfter < now
      ? own.certificate
      : own.sent.find(
          ({ notAfter, fingerprint }) =>
            notAfter < now &&
            failureOf(own.failures, "expired", ({ blame }) => blame.fingerprint === fingerprint),
        );
  if (certificate === undefined) return undefined;
  // A server that does not ask for it does not mind.
  if (demand !== undefined && !demand.asked) return undefined;
  const refused = demand?.acceptance.verdict === "refused";
  return {
    text: `the ${certificate === own.certificate ? "client certificate" : "CA certificate behind the client's,"} ${callIt(certificate)} in ${file.name} expired ${agoText(certificate.notAfter, now)}`,
    subject: file.name,
    certainty: "proved",
    evidence: [
      `${file.name} holds ${certificateFacts(certificate)}`,
      `its time ended ${momentText(certificate.notAfter, now)}; it is named by ${locationText(file.named)}`,
      ...(refused ? demand.acceptance.reasons : []),
    ],
    breaks: `servers that verify clients turn ${client.who} away`,
    fix: [
      {
        does: `have a new certificate for "${formatName(certificate.subject)}" issued by "${formatName(certificate.issuer)}", and put it in the place of ${file.name}; look at the old one`,
        command: `certwright inspect ${shellWord(file.name)}`,
      },
    ],
  };
};

/** A server's log names the client's address, not its certificate. */
const fromLog = (seen: Case): Detected | undefined =>
  fromClientLog(seen, "expired", (line, who) => ({
    text: `${who} shows ${line.role === "client" || line.program === "unknown" ? "the server" : line.program} a certificate that has expired`,
    // Older programs have one sentence for "expired" and "not yet valid".
    certainty: /is after/.test(line.text) ? "proved" : "likely",
    fix: [
      {
        does: `renew the certificate that ${who} presents; there, see which one it is`,
        command: "certwright inspect CLIENT.crt",
      },
    ],
  }));
