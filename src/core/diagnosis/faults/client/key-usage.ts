import type { Case } from "../../case.ts";
import { defineFault } from "../../fault.ts";
import type { Detected } from "../../finding.ts";
import { ownFacts } from "../../client-fault.ts";
import { locationText } from "../../location.ts";
import { callIt } from "../../words.ts";
import { shellWord } from "../../../text/shell-word.ts";

export const fault = defineFault({
  id: "client.key-usage",
  title: "Client certificate lacks digital signature",
  side: "client",
  severity: "warning",
  stage: "client-certificate",
  explains: ["client.rejected"],
  cites: [
    "RFC 5280 section 4.2.1.3: digitalSignature",
    "RFC 8446 section 4.4.2.3",
    "X509_check_purpose(3): SSL client",
  ],
  explain: `A TLS client proves that it has its key by a signature, and the key usage of its certificate does not allow any
(digitalSignature is missing). Go does not look; OpenSSL's check for clients and Java's do. So it works with etcd and
Kubernetes, and not behind nginx or HAProxy.`,
  detect: (seen) => fromFile(seen),
});

const fromFile = (seen: Case): Detected | undefined => {
  const { own } = seen;
  if (own === undefined || own.certificate.basicConstraints?.ca === true) return undefined;
  if (seen.demand?.asked === false) return undefined;
  const usages = own.certificate.keyUsage;
  if (usages === undefined || usages.includes("digitalSignature")) return undefined;
  return {
    text: `the client certificate ${callIt(own.certificate)} in ${own.file.name} does not allow digital signatures, which a TLS client has to make`,
    subject: own.file.name,
    certainty: "proved",
    forWhom:
      "OpenSSL and Java servers (nginx, HAProxy, Envoy); Go servers (etcd, Kubernetes) accept it",
    evidence: [...ownFacts(seen, own), `its key usage: ${usages.join(", ") || "none"}`],
    breaks: "servers that look at the key usage refuse it",
    fix: [
      {
        does: `have a certificate for ${callIt(own.certificate)} issued with key usage digitalSignature, and put it in the place of ${own.file.name} (${locationText(own.file.named)})`,
        command: `certwright inspect ${shellWord(own.file.name)}`,
      },
    ],
  };
};
