import type { Case } from "../../case.ts";
import { defineFault } from "../../fault.ts";
import type { Detected } from "../../finding.ts";
import { fromClientLog, isMinded, ownFacts } from "../../client-fault.ts";
import { failureOf } from "../../for-whom.ts";
import { locationText } from "../../location.ts";
import { callIt, momentText } from "../../words.ts";
import { shellWord } from "../../../text/shell-word.ts";
import { formatInstant } from "../../../x509/time.ts";

export const fault = defineFault({
  id: "client.not-yet-valid",
  title: "Client certificate is not valid yet",
  side: "client",
  severity: "fault",
  stage: "client-certificate",
  explains: ["client.rejected", "client.expired"],
  cites: [
    "RFC 5280 section 4.1.2.5",
    "RFC 8446 section 6.2: certificate_expired (45)",
    'crypto/x509: Expired, "is before"',
  ],
  explain: `The certificate's time has not begun. Either it was issued for later, or a clock is wrong: that of the CA when it issued, or
that of the machine that verifies. The alert is certificate_expired (45), as for one whose time is over; in Go's sentence
"has expired or is not yet valid: current time … is before …" the word "before" tells the two apart.`,
  detect: (seen) => fromFile(seen) ?? fromLog(seen),
});

const fromFile = (seen: Case): Detected | undefined => {
  const { own, client, now } = seen;
  if (own === undefined || !isMinded(seen)) return undefined;
  const found = failureOf(own.failures, "not-yet-valid");
  if (found === undefined) return undefined;
  const { blame, blameIndex } = found.failure;
  return {
    text: `the client certificate ${callIt(own.certificate)} in ${own.file.name} is not valid before ${momentText(blame.notBefore, now)}${blameIndex === 0 ? "" : `: its CA ${callIt(blame)} is not`}`,
    subject: own.file.name,
    certainty: "proved",
    evidence: [...ownFacts(seen, own), `our clock: ${formatInstant(now)}`],
    breaks: `servers that verify clients turn ${client.who} away until then`,
    fix: [
      {
        does: `compare the clock of the machine that issued it, and of this one, with a time server; when they are right, have ${callIt(own.certificate)} issued again and put it in the place of ${own.file.name} (${locationText(own.file.named)})`,
        command: `date -u; certwright inspect ${shellWord(own.file.name)}`,
      },
    ],
  };
};

const fromLog = (seen: Case): Detected | undefined =>
  fromClientLog(seen, "not-yet-valid", (_line, who) => ({
    text: `${who} shows a certificate that is not valid yet`,
    certainty: "proved",
    fix: [
      {
        does: `compare the clocks of ${who}, of the server and of the CA; when they are right, have the certificate issued again`,
        command: "date -u; certwright inspect CLIENT.crt",
      },
    ],
  }));
