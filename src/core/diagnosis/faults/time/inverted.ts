import { formatName } from "../../../x509/names.ts";
import { formatInstant } from "../../../x509/time.ts";
import { defineFault } from "../../fault.ts";
import { judgedChains, fileWith, lookAt } from "../../judged-chain.ts";
import { callIt } from "../../words.ts";

export const fault = defineFault({
  id: "time.inverted",
  title: "Certificate ends before it begins",
  side: "server",
  severity: "fault",
  stage: "time",
  explains: [
    "time.leaf-expired",
    "time.leaf-not-yet-valid",
    "time.intermediate-expired",
    "time.root-expired",
    "time.clock-skew",
  ],
  cites: ["RFC 5280 section 4.1.2.5"],
  explain: `The certificate's end lies before its start, so there is no moment at which it is valid. Scripts that compute dates
produce it: a negative number of days, start and end swapped, an overflow. Verifiers call it expired or not yet valid,
whichever they look at first.`,
  detect: (seen) => {
    for (const { chain, anchors, what, holder, evidence } of judgedChains(seen)) {
      const bad = [...chain, ...anchors].find(({ notBefore, notAfter }) => notAfter < notBefore);
      if (bad === undefined) continue;
      const file = fileWith(seen, bad);
      const name = formatName(bad.subject);
      return {
        text: `${bad === chain[0] ? what : `the CA ${callIt(bad)} behind ${what}`} ends ${formatInstant(bad.notAfter)}, before it begins ${formatInstant(bad.notBefore)}`,
        subject: holder,
        certainty: "proved",
        evidence,
        breaks: "it is valid at no time, and every client refuses it",
        fix: [
          lookAt(
            `issue "${name}" again with its dates the right way round, in the place of ${file?.name ?? `what ${holder} serves`}; look at the old one`,
            file,
            holder,
          ),
        ],
      };
    }
    return undefined;
  },
});
