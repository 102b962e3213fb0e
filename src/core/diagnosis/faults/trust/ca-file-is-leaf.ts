import { formatName } from "../../../x509/names.ts";
import { authorityTrouble } from "../../authority-trouble.ts";
import type { Case } from "../../case.ts";
import { defineFault } from "../../fault.ts";
import { certificatesOf } from "../../file-evidence.ts";
import type { Detected } from "../../finding.ts";
import { judgedChains, namesItself, isAuthority, lookAt } from "../../judged-chain.ts";
import { locationText } from "../../location.ts";
import { callIt, certificateFacts } from "../../words.ts";

export const fault = defineFault({
  id: "trust.ca-file-is-leaf",
  title: "CA file holds no CA",
  side: "client",
  severity: "fault",
  stage: "trust",
  explains: ["trust.unknown-ca", "trust.self-signed-leaf"],
  cites: ["RFC 5280 section 4.2.1.9"],
  explain: `The file that should hold the CA holds a certificate for a server or a client: the server's own, copied for want of the
CA, or ours. It cannot have issued anything. The tools say "unknown authority", as for any wrong CA.`,
  detect: (seen) => forClients(seen) ?? forServers(seen),
});

/** What a server is told to verify its clients or peers with, whoever they are. */
const forClients = ({ files }: Case): Detected | undefined => {
  for (const file of files) {
    if (file.role !== "server-client-ca" && file.role !== "peer-ca") continue;
    const held = certificatesOf(file);
    const [first] = held;
    // A self-signed certificate may be trusted as it is.
    if (first === undefined || held.some((one) => isAuthority(one) || namesItself(one))) continue;
    const whom = file.role === "peer-ca" ? "peers" : "clients";
    return {
      text: `the CA file for ${whom} ${file.name} holds no CA but the certificate ${callIt(first)}, which cannot have issued any`,
      subject: file.name,
      side: "server",
      certainty: "proved",
      evidence: [
        `${locationText(file.named)} names ${file.name}: ${certificateFacts(first)}`,
        `${callIt(first)} has basic constraints CA:FALSE, or none`,
      ],
      breaks: `the server refuses all its ${whom}`,
      fix: [
        lookAt(
          `name the certificate of the CA "${formatName(first.issuer)}", or whichever issued the certificates of its ${whom}, in ${locationText(file.named)} in place of ${file.name}; look at what that holds`,
          file,
          file.name,
        ),
      ],
    };
  }
  return undefined;
};

const forServers = (seen: Case): Detected | undefined => {
  for (const judged of judgedChains(seen)) {
    const { trust, anchors, what, who, leaf } = judged;
    if (trust === undefined || anchors.length === 0 || anchors.some(isAuthority)) continue;
    const trouble = authorityTrouble(judged);
    // A self-signed certificate may be trusted as it is.
    if (trouble === undefined || anchors.some(namesItself)) continue;
    if (trouble.namesake !== undefined) continue;
    const [first] = anchors;
    const own = first!.fingerprint === leaf.fingerprint;
    return {
      text: `the CA file ${trust.name} holds no CA but ${own ? "the server's own certificate" : `the certificate ${callIt(first!)}`}, which cannot have issued ${what}`,
      subject: trust.name,
      certainty: "proved",
      ...(trouble.forWhom === undefined ? {} : { forWhom: trouble.forWhom }),
      evidence: [...judged.evidence, `${callIt(first!)} has basic constraints CA:FALSE, or none`],
      breaks: `${who} can trust no server by it`,
      fix: [
        lookAt(
          `name the certificate of the CA "${formatName(trouble.last.issuer)}" in ${locationText(trust.named)} in place of ${trust.name}; look at what that holds`,
          trust,
          trust.name,
        ),
      ],
    };
  }
  return undefined;
};
