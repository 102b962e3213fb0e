import { formatName } from "../../../x509/names.ts";
import { defineFault } from "../../fault.ts";
import { chainFault, lookAt } from "../../judged-chain.ts";
import { logFault } from "../../log-fault.ts";

export const fault = defineFault({
  id: "trust.ca-no-certsign",
  title: "CA may not sign certificates",
  side: "server",
  severity: "fault",
  stage: "trust",
  cites: [
    "RFC 5280 section 4.2.1.3",
    "RFC 5280 section 6.1.4 (n)",
    "X509_V_ERR_KEYUSAGE_NO_CERTSIGN (32)",
  ],
  explain: `The CA has a key usage extension, and keyCertSign is not in it. With digitalSignature and keyEncipherment it looks like
a server's certificate with CA:TRUE. Node reports this as UNSPECIFIED, Go as "parent certificate cannot sign this kind of
certificate" behind "unknown authority".`,
  detect: (seen) =>
    chainFault(
      seen,
      "key-usage",
      (failure) => failure.blameIndex > 0,
      ({ what, culprit, blame, file, holder }) => ({
        text: `the CA ${culprit} that issued ${what} may not sign certificates: its key usage is ${blame.keyUsage?.join(", ") ?? "empty"}, without keyCertSign`,
        breaks: "Go, OpenSSL and Java refuse all that hangs on it",

        fix: [
          lookAt(
            `issue the CA "${formatName(blame.subject)}" again with key usage keyCertSign and cRLSign (the same key and name keep what it issued), and replace it in ${file?.name ?? "every file that has it"}; look at it`,
            file,
            holder,
          ),
        ],
      }),
    ) ??
    logFault(
      seen,
      { says: /key usage does not include certificate signing/i, role: "client" },
      (where) => ({
        text: `a CA of ${where}'s chain may not sign certificates: its key usage lacks keyCertSign`,
        breaks: "clients refuse the server",
        fix: [
          {
            does: `issue that CA again with key usage keyCertSign, and replace it behind the certificate of ${where}`,
            command: "certwright doctor HOST:PORT --ca CA.crt",
          },
        ],
      }),
    ),
});
