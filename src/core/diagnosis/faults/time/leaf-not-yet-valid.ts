import { formatName } from "../../../x509/names.ts";
import { formatInstant } from "../../../x509/time.ts";
import type { Case } from "../../case.ts";
import { defineFault } from "../../fault.ts";
import type { Detected } from "../../finding.ts";
import { chainFault, lookAt } from "../../judged-chain.ts";
import { linesTelling } from "../../log/telling.ts";
import { momentText } from "../../words.ts";

export const fault = defineFault({
  id: "time.leaf-not-yet-valid",
  title: "Certificate is not valid yet",
  side: "server",
  severity: "fault",
  stage: "time",
  cites: [
    "RFC 5280 section 4.1.2.5",
    "crypto/x509: Expired (one sentence for both ends)",
    "X509_V_ERR_CERT_NOT_YET_VALID (9)",
  ],
  explain: `A certificate of the chain begins in the future. It was issued on a machine whose clock runs ahead, or with a start date
of tomorrow, or in the wrong time zone. Go's sentence is the one for expired certificates; only "is before" at its end
tells them apart, and servers send the alert for expired ones.`,
  detect: (seen) =>
    chainFault(
      seen,
      "not-yet-valid",
      () => true,
      ({ what, culprit, blame, leaf, file, holder }) => ({
        text: `${blame === leaf ? what : `the CA ${culprit} behind ${what}`} is not valid before ${formatInstant(blame.notBefore)}`,
        breaks: "every client refuses it until then",
        evidence: [
          `it begins ${momentText(blame.notBefore, seen.now)}; our clock says ${formatInstant(seen.now)}`,
        ],
        fix: [
          {
            does: "compare the clock of this machine with the one that issued the certificate",
            command: "chronyc tracking",
          },
          lookAt(
            `if the clocks are right, issue "${formatName(blame.subject)}" again with a start in the past, in the place of ${file?.name ?? `what ${holder} serves`}, or wait until ${formatInstant(blame.notBefore)}`,
            file,
            holder,
          ),
        ],
      }),
    ) ?? fromLog(seen),
});

const fromLog = (seen: Case): Detected | undefined => {
  if (seen.endpoint !== undefined) return undefined;
  const [line] = linesTelling(seen.log, "not-yet-valid", "server");
  if (line === undefined) return undefined;
  const start = /is before (\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ)/.exec(line.text)?.[1];
  return {
    text: `the server's certificate is not valid yet${start === undefined ? "" : `, not before ${start}`}`,
    subject: line.remote ?? line.file,
    certainty: "likely",
    evidence: [`${line.file}:${line.line}: ${line.raw}`],
    breaks: "clients refuse the server",
    fix: [
      {
        does: "compare the clocks of both machines; if they are right, issue the certificate again with a start in the past",
        command: "chronyc tracking",
      },
    ],
  };
};
