import { defineFault } from "../../fault.ts";
import { chainFault, lookAt } from "../../judged-chain.ts";
import { fromServerLog } from "../../server-log-fault.ts";

export const fault = defineFault({
  id: "usage.critical-ext",
  title: "Certificate has a critical extension that nobody knows",
  side: "server",
  severity: "fault",
  stage: "trust",
  cites: [
    "RFC 5280 section 4.2",
    "crypto/x509: UnhandledCriticalExtension",
    "X509_V_ERR_UNHANDLED_CRITICAL_EXTENSION (34)",
  ],
  explain: `The certificate carries an extension marked critical that verifiers do not understand, and what is critical must be
understood or refused. The mark is the trouble: the same extension, not critical, harms nobody. All verifiers agree.`,
  detect: (seen) =>
    chainFault(
      seen,
      "unknown-critical-extension",
      (failure) => failure.blameIndex === 0,
      ({ what, culprit, failure, file, holder }) => ({
        text: `${what} has the critical extension ${failure.details.oid}, which verifiers do not know`,
        breaks: "every client refuses the certificate",
        fix: [
          lookAt(
            `issue the certificate ${culprit} again without the extension ${failure.details.oid}, or with it not critical, and put it in the place of ${file?.name ?? `the one that ${holder} serves`}; look at it`,
            file,
            holder,
          ),
        ],
      }),
    ) ??
    fromServerLog(seen, "critical-extension", (line, dialler, dialled) => ({
      text: `${dialled} shows ${dialler} a certificate with a critical extension that is not understood`,
      fix: [
        {
          does: `issue the certificate of ${dialled} again without that extension, or with it not critical${line.remote === undefined ? "" : ` (${line.remote})`}`,
          command: `certwright inspect ${dialled.includes(":") ? dialled : "SERVER.crt"}`,
        },
      ],
    })),
});
