import { formatName } from "../../../x509/names.ts";
import { defineFault } from "../../fault.ts";
import { chainFault, namesItself, isAuthority, lookAt } from "../../judged-chain.ts";
import { logFault } from "../../log-fault.ts";

export const fault = defineFault({
  id: "trust.anchor-is-intermediate",
  title: "CA file has the intermediate without its root",
  side: "client",
  severity: "fault",
  stage: "trust",
  explains: ["trust.unknown-ca", "trust.missing-intermediate"],
  cites: [
    "X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT (2)",
    "OpenSSL X509_V_FLAG_PARTIAL_CHAIN",
    "Node tls.createSecureContext: allowPartialTrustChain",
  ],
  explain: `The CA file holds an intermediate CA and not the root above it. Go, Java, rustls, GnuTLS and curl stop at any
certificate that they trust; Node, nginx and openssl verify go on to a self-signed one and find none. So some of the
clients of one server work, and others do not.`,
  detect: (seen) =>
    chainFault(
      seen,
      "unknown-authority",
      ({ blame }, { anchors, failures }) =>
        !namesItself(blame) &&
        isAuthority(blame) &&
        anchors.some(({ fingerprint }) => fingerprint === blame.fingerprint) &&
        !failures.go.some(({ code }) => code === "unknown-authority"),
      ({ what, culprit, blame, trust }) => ({
        text: `the CA file ${trust?.name ?? ""} has the intermediate ${culprit} above ${what} but not its root "${formatName(blame.issuer)}"`,
        subject: trust?.name ?? culprit,
        breaks:
          "Node, nginx and openssl refuse the server; Go, Java, rustls, GnuTLS and curl accept it",
        fix: [
          lookAt(
            `add the root "${formatName(blame.issuer)}" to ${trust?.name ?? "the CA file"}, behind ${culprit}; look at what it has`,
            trust,
            "CA.crt",
          ),
        ],
      }),
    ) ??
    logFault(
      seen,
      {
        says: /unable to get issuer certificate|UNABLE_TO_GET_ISSUER_CERT\b(?!_)/i,
        role: "client",
      },
      (where) => ({
        text: `the CA file of a client of ${where} has an intermediate CA but not the root above it`,
        breaks: "clients with OpenSSL refuse the server; Go accepts it",
        fix: [
          {
            does: "add the root to the client's CA file; see which CA it has",
            command: "certwright inspect CA.crt",
          },
        ],
      }),
    ),
});
