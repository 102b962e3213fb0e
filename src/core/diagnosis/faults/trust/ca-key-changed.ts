import { formatName } from "../../../x509/names.ts";
import { formatInstant } from "../../../x509/time.ts";
import { authorityTrouble } from "../../authority-trouble.ts";
import type { Case } from "../../case.ts";
import { defineFault } from "../../fault.ts";
import type { Detected } from "../../finding.ts";
import { judgedChains, fileWith, namesItself, isAuthority, lookAt } from "../../judged-chain.ts";
import { linesTelling } from "../../log/telling.ts";
import { callIt, colonHex } from "../../words.ts";

export const fault = defineFault({
  id: "trust.ca-key-changed",
  title: "CA was made anew under the same name",
  side: "client",
  severity: "fault",
  stage: "trust",
  explains: ["trust.unknown-ca"],
  cites: [
    "RFC 5280 section 4.2.1.1",
    'crypto/x509: UnknownAuthorityError, "possibly because of \u2026"',
    "kubeadm: every CA is called kubernetes",
  ],
  explain: `The client trusts a CA of the right name, and another key of that name issued the server's certificate. Somebody ran
the script again that makes the CA (kubeadm, easyrsa, Helm's genCA at every upgrade), and the client, its kubeconfig or
its ConfigMap still has the former one. The names are equal, so only the key identifiers tell the two apart.

Either the CA file of the clients is replaced, or the server's certificate is issued again by the CA that the clients
have. With both CAs in one file both work, which is the way to rotate.`,
  detect: (seen) => {
    for (const judged of judgedChains(seen)) {
      const trouble = authorityTrouble(judged);
      if (trouble?.namesake === undefined || trouble.sameKey) continue;
      const { last, namesake } = trouble;
      if (!isAuthority(namesake) || (last === judged.leaf && namesItself(last))) continue;
      const { what, who, holder } = judged;
      const file = fileWith(seen, namesake)?.name ?? judged.trust?.name ?? "the CA file";
      const wanted = last.authorityKeyIdentifier?.keyIdentifier;
      const present = namesake.subjectKeyIdentifier;
      return {
        text: `${what} was issued by another key of the CA ${callIt(namesake)} than the one in ${file}: the CA was made anew under the same name`,
        subject: file,
        certainty: wanted === undefined ? "likely" : "proved",
        ...(trouble.forWhom === undefined ? {} : { forWhom: trouble.forWhom }),
        evidence: [
          ...judged.evidence,
          `the key of the issuer is ${wanted === undefined ? "not told" : colonHex(wanted)}; ${file} has ${present === undefined ? "one without identifier" : colonHex(present)}, valid from ${formatInstant(namesake.notBefore)}`,
        ],
        breaks: `${who} refuses the server before it sends anything`,
        fix: [
          lookAt(
            `put the present certificate of "${formatName(namesake.subject)}" into ${file} (beside the former one, as long as servers with certificates of both are about), or issue the certificate of ${holder} again with the CA that ${file} has; look at it`,
            fileWith(seen, namesake) ?? judged.trust,
            holder,
          ),
        ],
      };
    }
    return fromLog(seen);
  },
});

const fromLog = (seen: Case): Detected | undefined => {
  if (seen.endpoint !== undefined) return undefined;
  const line = linesTelling(seen.log, "key-changed", "server").find(
    ({ text }) =>
      !/calling webhook|trying to reach service|certificate signature failure|BadSignature/.test(
        text,
      ),
  );
  if (line === undefined) return undefined;
  const name = /candidate authority certificate \\?"([^"\\]+)/.exec(line.text)?.[1];
  const ca = name === undefined ? "the CA" : `the CA "${name}"`;
  return {
    text: `the server's certificate was issued by another key of ${ca} than the one the client trusts: the CA was made anew under the same name`,
    subject: name ?? line.file,
    certainty: "likely",
    evidence: [`${line.file}:${line.line}: ${line.raw}`],
    breaks: "that client refuses the server",
    fix: [
      {
        does: `give the client the present certificate of ${ca}; compare its subject key identifier with the authority key identifier of the server's certificate`,
        command: "certwright doctor HOST:PORT --ca CA.crt",
      },
    ],
  };
};
