import { formatName } from "../../../x509/names.ts";
import { formatInstant } from "../../../x509/time.ts";
import type { Case } from "../../case.ts";
import { crlsOf } from "../../crl-evidence.ts";
import { defineFault } from "../../fault.ts";
import type { Detected } from "../../finding.ts";
import { chainFault, lookAt } from "../../judged-chain.ts";
import { linesTelling } from "../../log/telling.ts";

export const fault = defineFault({
  id: "revoke.crl",
  title: "Server certificate is revoked",
  side: "server",
  severity: "fault",
  stage: "revocation",
  cites: ["RFC 5280 section 5.3", "X509_V_ERR_CERT_REVOKED (23)"],
  explain: `The CA's revocation list has the serial number of a certificate of the server's chain. Whoever reads that list refuses
it: Node with the crl option, nginx, HAProxy and curl with one. Go does not look at lists by itself.

A certificate is revoked because its key was lost or the machine is gone; a new one needs a new key.`,
  detect: (seen) =>
    chainFault(
      seen,
      "revoked",
      () => true,
      ({ what, culprit, failure, blame, leaf, holder, file }) => {
        const list = crlsOf(seen).find(({ list: one }) =>
          one.revoked.some(({ serial }) => serial === blame.serial),
        );
        const { revokedAt, reason } = failure.details;
        return {
          text: `${blame === leaf ? what : `the CA ${culprit} above ${what}`} was revoked ${formatInstant(revokedAt)}${reason === undefined ? "" : ` (${reason})`}`,
          breaks: "whoever reads the revocation list refuses the server",
          forWhom: "programs that are given the revocation list; the others accept it",
          evidence: [`${list?.file.name ?? "the revocation list"} has serial ${blame.serial}`],
          fix: [
            lookAt(
              `issue a new certificate with a new key for "${formatName(blame.subject)}" and configure ${holder} with it; the list is ${list?.file.name ?? "the one of its CA"}; look at the old one`,
              file,
              holder,
            ),
          ],
        };
      },
    ) ?? fromLog(seen),
});

const fromLog = (seen: Case): Detected | undefined => {
  const [line] = seen.endpoint === undefined ? linesTelling(seen.log, "revoked", "server") : [];
  if (line === undefined || line.role !== "client") return undefined;
  return {
    text: "the server's certificate was revoked",
    subject: line.remote ?? line.file,
    certainty: "likely",
    evidence: [`${line.file}:${line.line}: ${line.raw}`],
    breaks: "clients with the revocation list refuse the server",
    fix: [
      {
        does: "issue a new certificate with a new key for that server; see which serial the list has",
        command: "certwright doctor HOST:PORT --ca CA.crt --crl CA.crl",
      },
    ],
  };
};
