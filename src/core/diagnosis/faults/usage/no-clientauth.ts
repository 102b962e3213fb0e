import { oidName, purpose } from "../../../x509/oids.ts";
import type { Case } from "../../case.ts";
import { fromClientLog, isAboutPeer } from "../../client-fault.ts";
import { defineFault } from "../../fault.ts";
import { certificatesOf } from "../../file-evidence.ts";
import type { Detected } from "../../finding.ts";
import { locationText } from "../../location.ts";
import { callIt, certificateFacts } from "../../words.ts";
import { shellWord } from "../../../text/shell-word.ts";

export const fault = defineFault({
  id: "usage.no-clientauth",
  title: "Peer certificate is for servers only",
  side: "server",
  severity: "fault",
  stage: "usage",
  cites: [
    "RFC 5280 section 4.2.1.12: id-kp-clientAuth",
    "etcd Documentation: peer certificates need serverAuth and clientAuth",
  ],
  explain: `A member of an etcd cluster is a server to its peers and a client of them, with one certificate for both. Its extended
key usage has serverAuth alone, so that every connection it opens is refused: "rejected connection on peer endpoint …
certificate specifies an incompatible key usage". For the certificate of a mere client see client.no-clientauth.`,
  detect: (seen) => onDisk(seen) ?? fromLog(seen),
});

const onDisk = ({ files }: Case): Detected | undefined => {
  for (const file of files) {
    if (file.role !== "peer-certificate") continue;
    const [leaf] = certificatesOf(file);
    const usages = leaf?.extendedKeyUsage;
    if (leaf === undefined || usages === undefined || usages.length === 0) continue;
    if (usages.includes(purpose.clientAuth) || usages.includes(purpose.any)) continue;
    const found = usages.map(oidName).join(", ");
    return {
      text: `the peer certificate ${callIt(leaf)} in ${file.name} is for ${found} only, and a member is a client of its peers too (clientAuth)`,
      subject: file.name,
      certainty: "proved",
      evidence: [
        `${file.name} holds ${certificateFacts(leaf)}, extended key usage ${found}`,
        `it is named by ${locationText(file.named)}`,
      ],
      breaks: "the other members refuse every connection that this one opens",
      fix: [
        {
          does: `issue ${callIt(leaf)} again with extended key usage serverAuth and clientAuth, and put it in the place of ${file.name}; see what it is for`,
          command: `certwright inspect ${shellWord(file.name)}`,
        },
      ],
    };
  }
  return undefined;
};

const fromLog = (seen: Case): Detected | undefined =>
  fromClientLog(seen, "usage", (line, who) =>
    isAboutPeer(line)
      ? {
          text: `${who} shows its peer a certificate that is for servers only: its extended key usage lacks clientAuth`,
          fix: [
            {
              does: `issue the peer certificate of ${who} again with extended key usage serverAuth and clientAuth; there, see what it is for`,
              command: "certwright inspect PEER.crt",
            },
          ],
        }
      : undefined,
  );
