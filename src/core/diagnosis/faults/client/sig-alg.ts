import type { Case } from "../../case.ts";
import { defineFault } from "../../fault.ts";
import type { Detected } from "../../finding.ts";
import { fromClientLog, isMinded, ownFacts } from "../../client-fault.ts";
import { failureOf } from "../../for-whom.ts";
import { locationText } from "../../location.ts";
import { callIt } from "../../words.ts";
import { shellWord } from "../../../text/shell-word.ts";

export const fault = defineFault({
  id: "client.sig-alg",
  title: "Client certificate is signed with a broken digest",
  side: "client",
  severity: "fault",
  stage: "client-certificate",
  explains: ["client.rejected", "client.wrong-ca", "client.ca-key-changed"],
  cites: [
    "crypto/x509: InsecureAlgorithmError, Go 1.18",
    "OpenSSL: SSL_CTX_set_security_level(3)",
    "RFC 8446 section 4.2.3",
  ],
  explain: `The client's certificate, or a CA of it, is signed with SHA-1 or MD5. Go refuses such signatures since 1.18 and Debian's
OpenSSL at its security level 2; the server's words are "insecure algorithm SHA1-RSA", "CA signature digest algorithm too
weak" or "client certificate used with invalid signature algorithm". Java 17 still takes SHA-1.`,
  detect: (seen) => fromFile(seen) ?? fromLog(seen),
});

const fromFile = (seen: Case): Detected | undefined => {
  const { own, client } = seen;
  if (own === undefined || !isMinded(seen)) return undefined;
  const found = failureOf(own.failures, "weak-signature");
  if (found === undefined) return undefined;
  const { blame, details } = found.failure;
  return {
    text: `the ${found.failure.blameIndex === 0 ? "" : "CA of the "}client certificate ${callIt(own.certificate)} in ${own.file.name} is signed with ${details.algorithm}, which servers refuse`,
    subject: own.file.name,
    certainty: "proved",
    evidence: [...ownFacts(seen, own), `signature of ${callIt(blame)}: ${details.algorithm}`],
    breaks: `servers turn ${client.who} away`,
    fix: [
      {
        does: `have ${callIt(blame)} issued again with SHA-256, and put it in the place of the one in ${own.file.name} (${locationText(own.file.named)})`,
        command: `certwright inspect ${shellWord(own.file.name)}`,
      },
    ],
  };
};

const fromLog = (seen: Case): Detected | undefined =>
  fromClientLog(seen, "signature-algorithm", (_line, who) => ({
    text: `${who} shows a certificate whose signature algorithm is not accepted`,
    fix: [
      {
        does: `have the certificate of ${who} issued again, signed with SHA-256`,
        command: "certwright inspect CLIENT.crt",
      },
    ],
  }));
