import { defineFault } from "../../fault.ts";
import { chainFault, lookAt } from "../../judged-chain.ts";

export const fault = defineFault({
  id: "usage.ca-eku-nesting",
  title: "CA does not allow what its certificate is for",
  side: "server",
  severity: "fault",
  stage: "usage",
  explains: ["usage.no-serverauth"],
  cites: [
    "RFC 5280 section 4.2.1.12",
    "crypto/x509: checkChainForKeyUsage",
    "OpenSSL v3_purp.c: check_ssl_ca",
  ],
  explain: `A CA in the chain lists usages of its own, and serverAuth is not among them. To the letter of RFC 5280 a list binds the
certificate that has it; Go, OpenSSL, NSS and the web PKI let a CA's list bind all below it. The words are those of a wrong usage
of the server's certificate, which is right. Java accepts the chain.`,
  detect: (seen) =>
    chainFault(
      seen,
      "incompatible-usage",
      (failure) => failure.blameIndex > 0,
      ({ what, culprit, failure, file, holder }) => ({
        text: `the CA ${culprit} above ${what} allows ${failure.details.found.join(", ") || "nothing"} only, and so no servers (serverAuth)`,
        evidence: [`extended key usage of the CA: ${failure.details.found.join(", ") || "none"}`],
        breaks: "Go and OpenSSL clients refuse the server; Java accepts it",
        fix: [
          lookAt(
            `issue the CA ${culprit} again without extended key usage (or with serverAuth), or have ${what} issued by another CA; replace ${file?.name ?? "every file that has it"}`,
            file,
            holder,
          ),
        ],
      }),
    ),
});
