import { defineFault } from "../../fault.ts";
import { chainFault, lookAt } from "../../judged-chain.ts";
import { fromServerLog } from "../../server-log-fault.ts";
import { certificatesOf, roleText } from "../../file-evidence.ts";
import { locationText } from "../../location.ts";
import { oidName, purpose } from "../../../x509/oids.ts";
import type { Case } from "../../case.ts";
import type { Detected } from "../../finding.ts";
import { callIt, certificateFacts } from "../../words.ts";
import { shellWord } from "../../../text/shell-word.ts";

export const fault = defineFault({
  id: "usage.no-serverauth",
  title: "Server certificate is not for servers",
  side: "server",
  severity: "fault",
  stage: "usage",
  cites: [
    "RFC 5280 section 4.2.1.12: id-kp-serverAuth",
    "crypto/x509: CertificateInvalidError IncompatibleUsage",
    "X509_check_purpose(3)",
  ],
  explain: `The server's certificate lists what it may be used for (extended key usage), and serverAuth is not among it: a client's
certificate used as a server's. Go says "certificate specifies an incompatible key usage", OpenSSL and Node "unsuitable
certificate purpose"; neither says which usage is missing, nor whose certificate it is.`,
  detect: (seen) =>
    chainFault(
      seen,
      "incompatible-usage",
      (failure) => failure.blameIndex === 0,
      ({ what, culprit, failure, file, holder }) => ({
        text: `${what} is for ${failure.details.found.join(", ") || "nothing"} only, not for servers (serverAuth)`,
        evidence: [`extended key usage: ${failure.details.found.join(", ") || "none"}`],
        breaks: "clients refuse the server",
        fix: [
          lookAt(
            `issue the certificate ${culprit} again with extended key usage serverAuth, and put it in the place of ${file?.name ?? `the one that ${holder} serves`}; see what it is for`,
            file,
            holder,
          ),
        ],
      }),
    ) ??
    onDisk(seen) ??
    fromServerLog(seen, "usage", (line, dialler, dialled) => ({
      text: `${dialled} shows ${dialler} a certificate that is not for servers: its extended key usage lacks serverAuth`,
      fix: [
        {
          does: `issue the certificate of ${dialled} again with extended key usage serverAuth; see what it is for${line.remote === undefined ? "" : ` (${line.remote})`}`,
          command: `certwright inspect ${dialled.includes(":") ? dialled : "SERVER.crt"}`,
        },
      ],
    })),
});

/** A server's or peer's certificate in a configuration, before anybody serves it. */
const onDisk = ({ files, served }: Case): Detected | undefined => {
  if (served !== undefined) return undefined;
  for (const file of files) {
    if (file.role !== "server-certificate" && file.role !== "peer-certificate") continue;
    const [leaf] = certificatesOf(file);
    const usages = leaf?.extendedKeyUsage;
    if (leaf === undefined || usages === undefined || usages.length === 0) continue;
    if (usages.includes(purpose.serverAuth) || usages.includes(purpose.any)) continue;
    const found = usages.map(oidName).join(", ");
    return {
      text: `the ${roleText[file.role]} ${callIt(leaf)} in ${file.name} is for ${found} only, not for servers (serverAuth)`,
      subject: file.name,
      certainty: "proved",
      evidence: [
        `${file.name} holds ${certificateFacts(leaf)}, extended key usage ${found}`,
        `it is named by ${locationText(file.named)}`,
      ],
      breaks: "clients refuse the server",
      fix: [
        {
          does: `issue ${callIt(leaf)} again with extended key usage serverAuth, and put it in the place of ${file.name}; see what it is for`,
          command: `certwright inspect ${shellWord(file.name)}`,
        },
      ],
    };
  }
  return undefined;
};
