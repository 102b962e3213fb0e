import { formatName } from "../../../x509/names.ts";
import { isNamed } from "../../authority-trouble.ts";
import { defineFault } from "../../fault.ts";
import { chainFault, lookAt } from "../../judged-chain.ts";

export const fault = defineFault({
  id: "trust.same-dn-intermediate",
  title: "Intermediate has the name of its root",
  side: "server",
  severity: "fault",
  stage: "trust",
  explains: ["trust.unknown-ca", "trust.root-sent", "trust.ca-key-changed"],
  cites: [
    "RFC 5280 section 4.2.1.1",
    "X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN (19)",
    "crypto/x509 CreateCertificate: no authority key identifier when issuer and subject are equal",
  ],
  explain: `An intermediate CA has the same name as the root that issued it, and no authority key identifier. OpenSSL and GnuTLS
take it for a root of its own (issuer and subject are equal) and stop there; Go goes on and accepts it. Go's own library
writes such certificates: it leaves the identifier out when both names are equal.`,
  detect: (seen) =>
    chainFault(
      seen,
      "unknown-authority",
      ({ blame, blameIndex, details }, { failures, anchors }) =>
        blameIndex > 0 &&
        details.selfSigned &&
        anchors.some((one) => one.publicKey.id !== blame.publicKey.id && isNamed(one, blame)) &&
        !failures.go.some(({ code }) => code === "unknown-authority" || code === "bad-signature"),
      ({ what, culprit, blame, file, holder }) => ({
        text: `the intermediate CA above ${what} has the same name ${culprit} as its root, and no authority key identifier: OpenSSL takes it for an unknown root`,
        breaks: "curl, Node, nginx and GnuTLS refuse the chain; Go accepts it",
        fix: [
          lookAt(
            `issue the intermediate "${formatName(blame.subject)}" again with a name of its own and an authority key identifier, and the server's certificate from it, in ${file?.name ?? `the file that ${holder} serves`}; look at it`,
            file,
            holder,
          ),
        ],
      }),
    ),
});
