import { formatName } from "../../../x509/names.ts";
import { endpointText } from "../../endpoint.ts";
import type { Case } from "../../case.ts";
import { defineFault } from "../../fault.ts";
import type { Detected } from "../../finding.ts";
import { judgedChains } from "../../judged-chain.ts";
import { linesTelling } from "../../log/telling.ts";
import { failureOf } from "../../for-whom.ts";
import { locationText } from "../../location.ts";
import { callIt, certificateFacts, subjectsText } from "../../words.ts";
import { shellWord } from "../../../text/shell-word.ts";

export const fault = defineFault({
  id: "trust.unknown-ca",
  title: "Server certificate from a CA the client does not trust",
  side: "client",
  severity: "fault",
  stage: "trust",
  cites: [
    "RFC 5280 section 6.1",
    "RFC 8446 section 6.2: unknown_ca (48)",
    "crypto/x509: UnknownAuthorityError",
  ],
  explain: `The client has a CA file, and no certificate in it has the name of the issuer of the server's chain. Either
the client was given the CA of another cluster (or of another purpose: etcd, Kubernetes and the front proxy have one
each), or something else than the wanted server answers there.

Tools say "certificate signed by unknown authority" (Go), "unable to get local issuer certificate" (curl),
"unable to verify the first certificate" (Node). calicoctl hangs.`,
  detect(seen) {
    const { endpoint, client, served } = seen;
    if (endpoint === undefined) return fromFiles(seen) ?? fromLog(seen);
    if (served === undefined || client.ca === undefined) return undefined;
    if (served.anchors.length === 0) return undefined;
    const found = failureOf(served.failures, "unknown-authority");
    if (found === undefined) return undefined;
    const issuer = formatName(found.failure.blame.issuer);
    if (served.anchors.some(({ subject }) => formatName(subject) === issuer)) return undefined;
    const { ca } = client;
    const where = endpointText(endpoint);
    return {
      text: `the certificate ${callIt(served.leaf)} of ${where} comes from the CA "${issuer}", which ${client.who} does not trust: ${ca.name} does not have it`,
      subject: ca.name,
      certainty: "proved",
      ...(found.forWhom === undefined ? {} : { forWhom: found.forWhom }),
      evidence: [
        `the server sent ${served.chain.map(certificateFacts).join(", then ")}`,
        `${ca.name} (${locationText(ca.named)}) trusts ${subjectsText(served.anchors)}`,
      ],
      breaks: `${client.who} refuses the server before it sends anything`,
      fix: [
        {
          does: `get the certificate of "${issuer}" from whoever runs ${where}, and name it in ${locationText(ca.named)} in place of ${ca.name}; see which CA a file holds`,
          command: `certwright inspect ${shellWord(ca.name)}`,
        },
      ],
    };
  },
});

/** A certificate file that none of the CA files beside it has issued. */
const fromFiles = (seen: Case): Detected | undefined => {
  const [judged] = judgedChains(seen);
  if (judged?.trust === undefined || judged.leaf === judged.anchors[0]) return undefined;
  const found = failureOf(judged.failures, "unknown-authority");
  if (found === undefined) return undefined;
  const issuer = formatName(found.failure.blame.issuer);
  if (judged.anchors.some(({ subject }) => formatName(subject) === issuer)) return undefined;
  const { trust, what, holder } = judged;
  return {
    text: `${what} comes from the CA "${issuer}", and ${trust.name} does not have it`,
    subject: trust.name,
    certainty: "proved",
    ...(found.forWhom === undefined ? {} : { forWhom: found.forWhom }),
    evidence: judged.evidence,
    breaks: `who trusts ${trust.name} refuses ${holder}`,
    fix: [
      {
        does: `put the certificate of "${issuer}" into ${trust.name}, or issue ${holder} from a CA that is there; see which`,
        command: `certwright inspect ${shellWord(trust.name)}`,
      },
    ],
  };
};

const fromLog = (seen: Case): Detected | undefined => {
  const line = linesTelling(seen.log, "unknown-authority", "server").find(
    ({ role, text }) => role === "client" && !moreParticular.test(text),
  );
  if (line === undefined) return undefined;
  const who = line.program === "unknown" ? "the client" : line.program;
  return {
    text: `${who} does not trust the CA of the server it calls: its CA file does not have it, or is not configured`,
    subject: line.file,
    certainty: "likely",
    evidence: [`${line.file}:${line.line}: ${line.raw}`],
    breaks: `${who} refuses the server before it sends anything`,
    fix: [
      {
        does: `give ${who} the CA that issued the server's certificate; see which one that is, and hold it against the CA file`,
        command: "certwright doctor HOST:PORT --ca CA.crt",
      },
    ],
  };
};

/** Words that other faults know better. */
const moreParticular =
  /calling webhook|trying to reach service|provided root chain|cannot sign|insecure algorithm|DEPTH_ZERO|unable to get issuer cert|\(18:|self[- ]signed certificate(?! in)|load system roots/i;
