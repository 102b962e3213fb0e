import { formatName } from "../../../x509/names.ts";
import { authorityTrouble } from "../../authority-trouble.ts";
import { defineFault } from "../../fault.ts";
import { judgedChains, namesItself, isAuthority, lookAt } from "../../judged-chain.ts";
import { locationText } from "../../location.ts";
import { callIt } from "../../words.ts";

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
  detect: (seen) => {
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
  },
});
