import { formatName } from "../../../x509/names.ts";
import { agoText } from "../../../x509/path/duration.ts";
import { defineFault } from "../../fault.ts";
import { locationText } from "../../location.ts";
import { callIt, certificateFacts, momentText, shellWord } from "../../words.ts";

export const fault = defineFault({
  id: "client.expired",
  title: "Client certificate expired",
  side: "client",
  severity: "fault",
  stage: "client-certificate",
  explains: ["client.rejected", "k8s.401-client-cert"],
  cites: [
    "RFC 5280 section 4.1.2.5",
    "RFC 8446 section 6.2: certificate_expired (45)",
    "etcd server/embed: rejected connection",
  ],
  explain: `The client shows a certificate whose time is over, and the server refuses it. The client rarely says so:
calicoctl hangs, etcdctl prints "context deadline exceeded", Kubernetes answers 401. Only the server's log is clear:
"certificate has expired or is not yet valid: current time … is after …".

A new certificate for the same subject from the same CA is all that is needed; most clients read it at their next start.`,
  detect({ now, client, own, demand }) {
    if (own === undefined || own.certificate.notAfter >= now) return undefined;
    const { certificate, file } = own;
    // A server that does not ask for it does not mind.
    if (demand !== undefined && !demand.asked) return undefined;
    const refused = demand?.acceptance.verdict === "refused";
    return {
      text: `the client certificate ${callIt(certificate)} in ${file.name} expired ${agoText(certificate.notAfter, now)}`,
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
  },
});
