import { formatName } from "../../../x509/names.ts";
import { defineFault } from "../../fault.ts";
import { chainFault, lookAt } from "../../judged-chain.ts";

export const fault = defineFault({
  id: "trust.critical-ext-unknown",
  title: "CA has a critical extension that nobody knows",
  side: "server",
  severity: "fault",
  stage: "trust",
  cites: [
    "RFC 5280 section 4.2",
    "crypto/x509: UnhandledCriticalExtension",
    "X509_V_ERR_UNHANDLED_CRITICAL_EXTENSION (34)",
  ],
  explain: `A CA certificate carries an extension marked critical that verifiers do not understand, and a verifier must refuse what
it does not understand. The mark is the trouble: the same extension, not critical, harms nobody. For the server's own
certificate this is usage.critical-ext.`,
  detect: (seen) =>
    chainFault(
      seen,
      "unknown-critical-extension",
      (failure) => failure.blameIndex > 0,
      ({ what, culprit, failure, blame, file, holder }) => ({
        text: `the CA ${culprit} above ${what} has the critical extension ${failure.details.oid}, which verifiers do not know`,
        breaks: "every client refuses the chain",

        fix: [
          lookAt(
            `issue the CA "${formatName(blame.subject)}" again without the extension ${failure.details.oid}, or with it not critical, and replace it in ${file?.name ?? "every file that has it"}; look at it`,
            file,
            holder,
          ),
        ],
      }),
    ),
});
