import { formatName } from "../../../x509/names.ts";
import { agoText } from "../../../x509/path/duration.ts";
import type { Case } from "../../case.ts";
import { defineFault } from "../../fault.ts";
import type { Detected } from "../../finding.ts";
import { locationText } from "../../location.ts";
import { linesTelling } from "../../log/telling.ts";
import { callIt, certificateFacts, counted, momentText, shellWord } from "../../words.ts";

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
  detect: (seen) => fromFile(seen) ?? fromLog(seen),
});

const fromFile = ({ now, client, own, demand }: Case): Detected | undefined => {
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
};

/** A server's log names the client's address, not its certificate. */
const fromLog = (seen: Case): Detected | undefined => {
  if (seen.endpoint !== undefined) return undefined;
  const [first, ...more] = linesTelling(seen.log, "expired", "client");
  if (first === undefined) return undefined;
  const who = first.remote === undefined ? "a client" : `the client at ${first.remote}`;
  return {
    text: `${who} shows ${first.program} a certificate that has expired`,
    subject: first.remote ?? first.file,
    // Older programs have one sentence for "expired" and "not yet valid".
    certainty: /is after/.test(first.text) ? "proved" : "likely",
    evidence: [
      `${first.file}:${first.line}: ${first.raw}`,
      ...(more.length === 0 ? [] : [`${counted(more.length, "further line")} of this kind`]),
    ],
    breaks: `${first.program} turns that client away; its users see a hang, a reset or "context deadline exceeded"`,
    fix: [
      {
        does: `renew the certificate that ${who} presents; there, see which one it is`,
        command: "certwright inspect CLIENT.crt",
      },
    ],
  };
};
