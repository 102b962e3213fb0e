import { formatName } from "../../../x509/names.ts";
import { agoText } from "../../../x509/path/duration.ts";
import { defineFault } from "../../fault.ts";
import { chainFault, partOf, lookAt } from "../../judged-chain.ts";
import { momentText } from "../../words.ts";

export const fault = defineFault({
  id: "time.root-expired",
  title: "Root CA expired",
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
  explain: `The CA certificate that everything hangs on has ended. Go and OpenSSL then refuse the whole chain; Java and rustls do
not look at the dates of a root, so half of the clients may still work. Istio's own CA had this at ten years less a day
in many meshes at once.

A root can be issued again for the same key and name: then nothing below it needs a new signature, and only the CA files
of all clients and servers change. A new key needs both roots in every CA file before anything is re-issued.`,
  detect: (seen) =>
    chainFault(
      seen,
      "expired",
      (failure) => partOf(seen, failure) === "root",
      ({ what, culprit, blame, file, holder }) => ({
        text: `the root CA ${culprit} behind ${what} expired ${agoText(blame.notAfter, seen.now)}`,
        breaks: "whatever hangs on that CA is refused, valid as it may be itself",
        evidence: [
          `its time ended ${momentText(blame.notAfter, seen.now)}`,
          ...(file === undefined ? [] : [`${file.name} holds it`]),
        ],
        fix: [
          lookAt(
            `issue the root "${formatName(blame.subject)}" again (same key and name when the key is safe), and put it into ${file?.name ?? "the CA file"} of every client and server; look at the old one`,
            file,
            holder,
          ),
        ],
      }),
    ),
});
