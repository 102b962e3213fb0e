import { formatName } from "../../../x509/names.ts";
import { agoText } from "../../../x509/path/duration.ts";
import type { Case } from "../../case.ts";
import { defineFault } from "../../fault.ts";
import type { Detected } from "../../finding.ts";
import { chainFault, judgedChains, partOf, lookAt } from "../../judged-chain.ts";
import { linesTelling } from "../../log/telling.ts";
import { momentText } from "../../words.ts";

export const fault = defineFault({
  id: "time.leaf-expired",
  title: "Server certificate expired",
  side: "server",
  severity: "fault",
  stage: "time",
  cites: [
    "RFC 5280 section 4.1.2.5",
    "RFC 8446 section 6.2: certificate_expired (45)",
    "crypto/x509: Expired",
  ],
  explain: `The certificate that the server shows is past its end. Every client refuses it: Go says "certificate has expired or is
not yet valid: current time … is after …", OpenSSL "certificate has expired" (error 10). Nothing else has changed, which
is why such an outage comes without a deployment.

A new certificate in the file is not enough: most servers read it when they start, or when they are told to.`,
  detect: (seen) =>
    chainFault(
      seen,
      "expired",
      (failure) => partOf(seen, failure) === "leaf",
      ({ what, who, blame, file, holder }) => ({
        text: `${what} expired ${agoText(blame.notAfter, seen.now)}`,
        breaks: `every client refuses it, ${who} too`,
        evidence: [`its time ended ${momentText(blame.notAfter, seen.now)}`],
        fix: [
          lookAt(
            `have a new certificate for "${formatName(blame.subject)}" issued by "${formatName(blame.issuer)}", put it in the place of ${file?.name ?? `the one that ${holder} serves`}, and restart or reload its server; look at the old one`,
            file,
            holder,
          ),
        ],
      }),
    ) ?? fromLog(seen),
});

/** A client's log, or a server that was told so by its clients. */
const fromLog = (seen: Case): Detected | undefined => {
  if (seen.endpoint !== undefined) return undefined;
  // The files at hand show which certificate it is.
  if (judgedChains(seen).some(({ failures }) => failures.go.some(({ code }) => code === "expired")))
    return undefined;
  const [line] = linesTelling(seen.log, "expired", "server");
  if (line === undefined) return undefined;
  const webhook = /failed calling webhook \\?"([^"\\]+)/.exec(line.raw)?.[1];
  const where =
    webhook !== undefined
      ? `the certificate of the webhook "${webhook}"`
      : line.role === "server"
        ? `${line.program}'s own certificate`
        : "the server's certificate";
  const end = /is after (\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ)/.exec(line.text)?.[1];
  return {
    text: `${where} has expired${end === undefined ? "" : `: its time ended ${end}`}`,
    subject: line.remote ?? line.file,
    certainty: "likely",
    evidence: [`${line.file}:${line.line}: ${line.raw}`],
    breaks: "clients refuse the server",
    fix: [
      {
        does: "renew that certificate and restart or reload its server; see which one of its chain it is",
        command: "certwright doctor HOST:PORT --ca CA.crt",
      },
    ],
  };
};
