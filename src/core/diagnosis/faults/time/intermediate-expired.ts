import { formatName } from "../../../x509/names.ts";
import { agoText } from "../../../x509/path/duration.ts";
import { defineFault } from "../../fault.ts";
import { chainFault, partOf, lookAt } from "../../judged-chain.ts";
import { momentText } from "../../words.ts";

export const fault = defineFault({
  id: "time.intermediate-expired",
  title: "Intermediate CA expired",
  side: "server",
  severity: "fault",
  stage: "time",
  // Our own certificate hangs on the same CA, as a rule.
  explains: ["client.rejected"],
  cites: [
    "RFC 5280 section 6.1.3 (a)(2)",
    "crypto/x509: Expired",
    "X509_V_ERR_CERT_HAS_EXPIRED (10)",
  ],
  explain: `An intermediate CA certificate has ended; with it ends every certificate below it, however long that has still to run.
Go and OpenSSL print the same words as for an expired server certificate and do not say which certificate it is:
compare the date in the message with those of the chain.

The intermediate can be issued again for the same key and name; then the server's certificate stays as it is, and only
the chain in its file changes.`,
  detect: (seen) =>
    chainFault(
      seen,
      "expired",
      (failure) => partOf(seen, failure) === "intermediate",
      ({ what, culprit, blame, file, holder }) => ({
        text: `the intermediate CA ${culprit} behind ${what} expired ${agoText(blame.notAfter, seen.now)}`,
        breaks: "whatever hangs on that CA is refused, valid as it may be itself",
        evidence: [
          `its time ended ${momentText(blame.notAfter, seen.now)}`,
          ...(file === undefined ? [] : [`${file.name} holds it`]),
        ],
        fix: [
          lookAt(
            `have "${formatName(blame.issuer)}" issue the intermediate "${formatName(blame.subject)}" again for the same key, put it behind the server's certificate in ${file?.name ?? `the file that ${holder} serves`}, and restart or reload the server; look at the old one`,
            file,
            holder,
          ),
        ],
      }),
    ),
});
