import type { Certificate } from "../../../model/certificate.ts";
import { formatName } from "../../../x509/names.ts";
import { authorityTrouble, isNamed } from "../../authority-trouble.ts";
import type { Case } from "../../case.ts";
import type { FixStep } from "../../finding.ts";
import { defineFault } from "../../fault.ts";
import { certificatesOf } from "../../file-evidence.ts";
import { judgedChains, namesItself, isAuthority, type JudgedChain } from "../../judged-chain.ts";
import { callIt, certificateFacts, counted } from "../../words.ts";
import { shellWord } from "../../../text/shell-word.ts";

export const fault = defineFault({
  id: "trust.missing-intermediate",
  title: "Server does not send its intermediate CA",
  side: "server",
  severity: "fault",
  stage: "trust",
  explains: ["trust.unknown-ca", "trust.no-ca-configured"],
  cites: [
    "RFC 8446 section 4.4.2",
    "RFC 5246 section 7.4.2: each certificate certifies the one before it",
  ],
  explain: `The server's certificate was issued by an intermediate CA, and the server sends only its own. The client has the root
and no way from one to the other. Browsers hide it, for they have seen the intermediate elsewhere; Go, curl and Node do
not. The file that the server is configured with must hold its certificate first, then the intermediates.`,
  detect: (seen) => {
    for (const judged of judgedChains(seen)) {
      const { chain, anchors, what, holder, who } = judged;
      const trouble = authorityTrouble(judged);
      if (trouble === undefined || trouble.namesake !== undefined) continue;
      if (namesItself(trouble.last) || !anchors.some(isAuthority)) continue;
      const { last } = trouble;
      const known = knownAuthorities(seen);
      const named = known.filter((one) => isNamed(one.certificate, last));
      const found = named.find(({ alone }) => alone) ?? named[0];
      const leads =
        found !== undefined &&
        !namesItself(found.certificate) &&
        reaches(
          seen,
          judged,
          known.map(({ certificate }) => certificate),
        );
      if (!leads && !looksIntermediate(last, anchors)) continue;
      // Without a CA file nearly everything is unknown; only proof counts.
      if (!leads && judged.trust === undefined) continue;
      const issuer = formatName(last.issuer);
      return {
        text: `${holder} sends ${counted(chain.length, "certificate")}, and the intermediate CA "${issuer}" that issued ${last === judged.leaf ? what : callIt(last)} is not among them`,
        subject: holder,
        certainty: leads ? "proved" : "likely",
        evidence: [
          ...judged.evidence,
          ...(leads
            ? [
                `${found.file} holds ${certificateFacts(found.certificate)}: with it the chain is complete`,
              ]
            : []),
        ],
        breaks: `${who} finds no way from the server's certificate to a CA it trusts`,
        fix: [mend(seen, holder, issuer, leads ? found : undefined)],
      };
    }
    return undefined;
  },
});

interface Known {
  readonly certificate: Certificate;
  readonly file: string;
  /** Nothing else is in the file. */
  readonly alone: boolean;
}

const mend = (
  { server, endpoint }: Case,
  holder: string,
  issuer: string,
  found: Known | undefined,
): FixStep => {
  const target = server?.certificate?.name ?? (endpoint === undefined ? holder : "SERVER.crt");
  const reload = "restart or reload the server";
  if (found !== undefined && found.file === target)
    return {
      does: `${target} has "${issuer}" behind the server's certificate already: have the server at ${holder} send all of that file (nginx: ssl_certificate, not the leaf alone), and ${reload}; see what it holds`,
      command: `certwright inspect ${shellWord(target)}`,
    };
  const behind = `behind the server's certificate in ${target === "SERVER.crt" ? `the file that ${holder} serves` : target}`;
  if (found === undefined)
    return {
      does: `get the certificate of "${issuer}", put it ${behind}, and ${reload}`,
      command: `cat INTERMEDIATE.crt >> ${shellWord(target)}`,
    };
  return found.alone
    ? {
        does: `put ${found.file} with "${issuer}" ${behind}, and ${reload}`,
        command: `cat ${shellWord(found.file)} >> ${shellWord(target)}`,
      }
    : {
        does: `copy the certificate of "${issuer}" out of ${found.file}, put it ${behind}, and ${reload}; see where it stands there`,
        command: `certwright inspect ${shellWord(found.file)}`,
      };
};

/** CA certificates wherever they were found, trusted or not. */
const knownAuthorities = (seen: Case): readonly Known[] =>
  [...seen.files, ...seen.nearby].flatMap((file) =>
    certificatesOf(file)
      .filter(isAuthority)
      .map((certificate) => ({
        certificate,
        file: file.name,
        alone: certificatesOf(file).length === 1,
      })),
  );

/** Whether these intermediates lead from the server's certificate to what the client trusts. */
const reaches = (
  { verify }: Case,
  { leaf, chain, anchors }: JudgedChain,
  authorities: readonly Certificate[],
): boolean => {
  const result = verify({
    leaf,
    intermediates: [...chain.slice(1), ...authorities.filter((one) => !namesItself(one))],
    anchors,
    usages: ["any"],
  });
  return result.ok || !["unknown-authority", "bad-signature"].includes(result.failure.code);
};

/** The issuer says of itself that it is none of the top: by where to get it, by who issued it, by its name. */
const looksIntermediate = (last: Certificate, anchors: readonly Certificate[]): boolean => {
  const above = last.authorityKeyIdentifier?.issuer?.find(({ kind }) => kind === "directory");
  if (
    above?.kind === "directory" &&
    anchors.some(({ subject }) => formatName(subject) === formatName(above.name))
  )
    return true;
  // RFC 5280 section 4.2.2.1: id-ad-caIssuers tells where the issuer's certificate is, for those who lack it.
  if (last.authorityInfoAccess?.some(({ method }) => method === "1.3.6.1.5.5.7.48.2") === true)
    return true;
  return /inter(?:mediate)?\b|\bint\b|intermediate|issuing|\bsub[- ]?ca|subordinate|signing/i.test(
    formatName(last.issuer),
  );
};
