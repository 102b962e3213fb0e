import { formatName } from "../../../x509/names.ts";
import { defineFault } from "../../fault.ts";
import { chainFault, lookAt } from "../../judged-chain.ts";
import { logFault } from "../../log-fault.ts";
import { counted } from "../../words.ts";

export const fault = defineFault({
  id: "trust.pathlen",
  title: "More CAs than one of them allows",
  side: "server",
  severity: "fault",
  stage: "trust",
  cites: [
    "RFC 5280 section 4.2.1.9: pathLenConstraint",
    "crypto/x509: TooManyIntermediates",
    "X509_V_ERR_PATH_LENGTH_EXCEEDED (25)",
  ],
  explain: `A CA says how many CAs may follow below it, and there are more. pathlen:0 is what most intermediates have: they issue
certificates for servers and clients only. Whoever made one more CA below it was not stopped by openssl.`,
  detect: (seen) =>
    chainFault(
      seen,
      "path-length",
      () => true,
      ({ what, culprit, failure, blame, file, holder }) => ({
        text: `the CA ${culprit} above ${what} allows ${counted(failure.details.allowed, "CA")} below itself, and there ${failure.details.below === 1 ? "is" : "are"} ${failure.details.below}`,
        breaks: "every client refuses the chain",

        fix: [
          lookAt(
            `issue the server's certificate from a CA directly below "${formatName(blame.issuer)}", or issue "${formatName(blame.subject)}" again with a path length of at least ${failure.details.below}, and replace it in ${file?.name ?? "every file that has it"}; look at it`,
            file,
            holder,
          ),
        ],
      }),
    ) ??
    logFault(
      seen,
      {
        says: /too many intermediates for path length|path length constraint exceeded|pathLenConstraint violated|PathLenConstraintViolated|PATH_LENGTH_EXCEEDED|\(25:/i,
        role: "client",
      },
      (where) => ({
        text: `the chain of ${where} has more CAs than one of them allows below itself (path length)`,
        breaks: "clients refuse the server",
        fix: [
          {
            does: `issue the certificate of ${where} from a CA nearer to the root, or issue the limiting CA again with a larger path length; see which`,
            command: "certwright doctor HOST:PORT --ca CA.crt",
          },
        ],
      }),
    ),
});
