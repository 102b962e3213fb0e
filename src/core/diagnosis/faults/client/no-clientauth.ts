import type { Case } from "../../case.ts";
import { defineFault } from "../../fault.ts";
import type { Detected } from "../../finding.ts";
import { fromClientLog, isAboutPeer, isMinded, ownFacts } from "../../client-fault.ts";
import { failureOf } from "../../for-whom.ts";
import { locationText } from "../../location.ts";
import { callIt } from "../../words.ts";
import { shellWord } from "../../../text/shell-word.ts";

export const fault = defineFault({
  id: "client.no-clientauth",
  title: "Client certificate is not for clients",
  side: "client",
  severity: "fault",
  stage: "client-certificate",
  explains: ["client.rejected", "usage.no-clientauth"],
  cites: [
    "RFC 5280 section 4.2.1.12: id-kp-clientAuth",
    "crypto/x509: CertificateInvalidError IncompatibleUsage",
    "X509_check_purpose(3)",
  ],
  explain: `The certificate lists what it may be used for (extended key usage), and clientAuth is not among it: a server's certificate
used as a client's, or a CA whose own list leaves clientAuth out. Go's "certificate specifies an incompatible key usage" and
OpenSSL's "unsuitable certificate purpose" do not say which usage, nor whose certificate.

The alert is bad_certificate (42) from Go, unsupported_certificate (43) from OpenSSL, HAProxy, Envoy and Python,
certificate_unknown (46) from Java. GnuTLS accepts it.`,
  detect: (seen) => fromFile(seen) ?? fromLog(seen),
});

const fromFile = (seen: Case): Detected | undefined => {
  const { own, client } = seen;
  if (own === undefined || !isMinded(seen) || own.certificate.basicConstraints?.ca === true)
    return undefined;
  const found = failureOf(own.failures, "incompatible-usage");
  if (found === undefined) return undefined;
  const { blame, blameIndex, details } = found.failure;
  const usages = details.found.join(", ") || "nothing";
  const whose =
    blameIndex === 0
      ? `the client certificate ${callIt(blame)} in ${own.file.name} is for ${usages} only, not for clients (clientAuth)`
      : `the CA ${callIt(blame)} of the client certificate in ${own.file.name} allows ${usages} only, not clientAuth`;
  return {
    text: whose,
    subject: own.file.name,
    certainty: "proved",
    ...(found.forWhom === undefined
      ? {}
      : { forWhom: found.forWhom.replaceAll("clients", "servers") }),
    evidence: [...ownFacts(seen, own), `extended key usage of ${callIt(blame)}: ${usages}`],
    breaks: `servers that verify clients turn ${client.who} away`,
    fix: [
      {
        does: `have a certificate for ${callIt(own.certificate)} issued with extended key usage clientAuth, and put it in the place of ${own.file.name} (${locationText(own.file.named)}); see what the present one is for`,
        command: `certwright inspect ${shellWord(own.file.name)}`,
      },
    ],
  };
};

const fromLog = (seen: Case): Detected | undefined =>
  fromClientLog(seen, "usage", (line, who) =>
    isAboutPeer(line)
      ? undefined
      : {
          text: `${who} shows a certificate that is not for clients: its extended key usage lacks clientAuth`,
          fix: [
            {
              does: `have the certificate of ${who} issued again with extended key usage clientAuth; there, see what it is for`,
              command: "certwright inspect CLIENT.crt",
            },
          ],
        },
  );
