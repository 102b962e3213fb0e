import { formatName } from "../../../x509/names.ts";
import { defineFault } from "../../fault.ts";
import { logFault } from "../../log-fault.ts";
import { chainFault, namesItself, isAuthority, lookAt } from "../../judged-chain.ts";

export const fault = defineFault({
  id: "trust.ca-not-ca",
  title: "CA certificate does not say that it is one",
  side: "server",
  severity: "fault",
  stage: "trust",
  cites: [
    "RFC 5280 section 4.2.1.9",
    "crypto/x509: NotAuthorizedToSign",
    "X509_V_ERR_INVALID_CA (24)",
  ],
  explain: `The certificate at the top, or an intermediate, is meant as a CA but lacks basic constraints CA:TRUE: openssl req -x509
with a configuration without them makes one. Go, OpenSSL and Java refuse whatever hangs on it, rustls and GnuTLS accept
it as a trusted root. A certificate of X.509 version 1, which knows no extensions, passes as a root everywhere.`,
  detect: (seen) =>
    chainFault(
      seen,
      "not-a-ca",
      (failure) =>
        failure.blameIndex > 0 && (namesItself(failure.blame) || isAuthority(failure.blame)),
      ({ what, culprit, blame, file, holder }) => ({
        text: `the CA ${culprit} that issued ${what} is not marked as a CA: ${blame.basicConstraints === undefined ? "it has no basic constraints" : "its basic constraints say CA:FALSE"}`,
        breaks: "Go, OpenSSL and Java refuse all that hangs on it",

        fix: [
          lookAt(
            `issue the CA "${formatName(blame.subject)}" again with basic constraints CA:TRUE (the same key and name keep what it issued), and replace it in ${file?.name ?? "every CA file"}; look at it`,
            file,
            holder,
          ),
        ],
      }),
    ) ??
    logFault(
      seen,
      { says: /TrustAnchor with subject .{1,300} is not a CA certificate/, role: "client" },
      (where, line) => ({
        text: `the CA ${/subject ("[^"]*")/.exec(line)?.[1] ?? ""} that a client trusts for ${where} is not marked as a CA`,
        breaks: "Go, OpenSSL and Java refuse all that hangs on it",
        fix: [
          {
            does: "issue that CA again with basic constraints CA:TRUE (the same key and name keep what it issued), and replace it in every CA file; look at it",
            command: "certwright inspect CA.crt",
          },
        ],
      }),
    ),
});
