import { defineFault } from "../../fault.ts";
import { chainFault, lookAt } from "../../judged-chain.ts";
import { logFault } from "../../log-fault.ts";

export const fault = defineFault({
  id: "trust.name-constraints",
  title: "CA may not issue for that name",
  side: "server",
  severity: "fault",
  stage: "trust",
  cites: [
    "RFC 5280 section 4.2.1.10",
    "crypto/x509: CANotAuthorizedForThisName",
    "X509_V_ERR_PERMITTED_VIOLATION (47)",
  ],
  explain: `A CA of the chain is restricted to certain names, and the certificate has another. The restriction holds for all names
of the certificate, not only for the one that the client asked for: an address in it is enough when the CA was allowed
DNS names and addresses are restricted too.`,
  detect: (seen) =>
    chainFault(
      seen,
      "name-constraint",
      () => true,
      ({ what, culprit, failure, file, holder }) => ({
        text: `${what} has the name ${failure.details.name}, which ${failure.details.why} in the CA ${culprit}`,
        breaks: "every client refuses the certificate, whichever of its names was asked for",

        fix: [
          lookAt(
            `issue ${failure.details.constrained} again without the name ${failure.details.name}, or from a CA that may issue it; see the constraints of ${culprit}`,
            file,
            holder,
          ),
        ],
      }),
    ) ??
    logFault(
      seen,
      {
        says: /not authorized to sign for this name|permitted subtree violation|excluded subtree violation|name constraints? check failed|NameConstraintViolation|no permitted name constraints|\(4[78]:/i,
        role: "client",
      },
      (where) => ({
        text: `the certificate of ${where} has a name that a CA of its chain may not issue`,
        breaks: "clients refuse the server",
        fix: [
          {
            does: `issue the certificate of ${where} again without that name, or from a CA whose name constraints allow it; see which`,
            command: "certwright doctor HOST:PORT --ca CA.crt",
          },
        ],
      }),
    ),
});
