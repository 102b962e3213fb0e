import { formatName } from "../../../x509/names.ts";
import { authorityTrouble } from "../../authority-trouble.ts";
import { defineFault } from "../../fault.ts";
import { judgedChains, fileWith, lookAt } from "../../judged-chain.ts";
import { logFault } from "../../log-fault.ts";
import { callIt } from "../../words.ts";

export const fault = defineFault({
  id: "trust.bad-signature",
  title: "Signature of a certificate is wrong",
  side: "server",
  severity: "fault",
  stage: "trust",
  explains: ["trust.unknown-ca"],
  cites: ["RFC 5280 section 6.1.3 (a)(1)", "X509_V_ERR_CERT_SIGNATURE_FAILURE (7)"],
  explain: `The certificate names the CA and the very key that the client trusts, and yet its signature does not fit: the
certificate was altered after it was signed, by a broken copy, an editor or somebody who hoped that nobody looks.`,
  detect: (seen) => {
    for (const judged of judgedChains(seen)) {
      const trouble = authorityTrouble(judged);
      if (trouble?.namesake === undefined || !trouble.sameKey) continue;
      const { last, namesake } = trouble;
      const file = fileWith(seen, last);
      return {
        text: `${last === judged.leaf ? judged.what : `the CA ${callIt(last)} above ${judged.what}`} was altered: its signature does not fit, though it names the right key of ${callIt(namesake)}`,
        subject: judged.holder,
        certainty: "proved",
        evidence: [
          ...judged.evidence,
          `authority key identifier and subject key identifier agree, SHA-256 of the certificate is ${last.fingerprint}`,
        ],
        breaks: "every client refuses it",
        fix: [
          lookAt(
            `take the certificate "${formatName(last.subject)}" as "${formatName(last.issuer)}" issued it (or issue it again), and replace ${file?.name ?? `what ${judged.holder} serves`}; look at it`,
            file,
            judged.holder,
          ),
        ],
      };
    }
    return logFault(
      seen,
      {
        says: /certificate signature failure|CERT_SIGNATURE_FAILURE|CertPathValidatorException: signature check failed/i,
        role: "client",
      },
      (where) => ({
        text: `the signature of the certificate of ${where} does not fit its CA`,
        breaks: "clients refuse the server",
        fix: [
          {
            does: `issue the certificate of ${where} again, or give the client the CA with the key that signed it; see which`,
            command: "certwright doctor HOST:PORT --ca CA.crt",
          },
        ],
      }),
    );
  },
});
