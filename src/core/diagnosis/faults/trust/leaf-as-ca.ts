import { formatName } from "../../../x509/names.ts";
import { defineFault } from "../../fault.ts";
import { chainFault, namesItself, isAuthority, lookAt } from "../../judged-chain.ts";
import { logFault } from "../../log-fault.ts";

export const fault = defineFault({
  id: "trust.leaf-as-ca",
  title: "Issued by a certificate that is no CA",
  side: "server",
  severity: "fault",
  stage: "trust",
  cites: [
    "RFC 5280 section 6.1.4 (k)",
    "crypto/x509: NotAuthorizedToSign",
    "X509_V_ERR_INVALID_CA (24)",
  ],
  explain: `Somebody signed a certificate with the key of a server's or client's certificate. Such a certificate says CA:FALSE, and
no verifier takes what it signed: anybody with a certificate could then make more. openssl x509 -CA does not look at it
and signs all the same.`,
  detect: (seen) =>
    chainFault(
      seen,
      "not-a-ca",
      (failure) =>
        failure.blameIndex > 0 && !namesItself(failure.blame) && !isAuthority(failure.blame),
      ({ what, culprit, blame, leaf, file, holder }) => ({
        text: `${what} was issued by ${culprit}, which is no CA`,
        breaks:
          "no client takes a certificate that a certificate for a server or client has signed",

        fix: [
          lookAt(
            `issue "${formatName(leaf.subject)}" again from a CA, never from "${formatName(blame.subject)}"; look at that one`,
            file,
            holder,
          ),
        ],
      }),
    ) ??
    logFault(
      seen,
      {
        says: /EndEntityUsedAsCa|invalid CA certificate|parent certificate cannot sign|CA key usage check failed/i,
        role: "client",
      },
      (where) => ({
        text: `the certificate of ${where} was issued by a certificate that may not issue any`,
        breaks: "clients refuse the server",
        fix: [
          {
            does: `issue the certificate of ${where} again from a CA certificate (CA:TRUE, keyCertSign); see what stands above it`,
            command: "certwright doctor HOST:PORT --ca CA.crt",
          },
        ],
      }),
    ),
});
