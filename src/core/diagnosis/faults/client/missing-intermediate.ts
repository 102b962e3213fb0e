import type { Case } from "../../case.ts";
import { ownFacts } from "../../client-fault.ts";
import { defineFault } from "../../fault.ts";
import type { Detected } from "../../finding.ts";
import { authorityTroubleOf } from "../../own-authority.ts";
import { callIt, certificateFacts } from "../../words.ts";
import { shellWord } from "../../../text/shell-word.ts";

export const fault = defineFault({
  id: "client.missing-intermediate",
  title: "Client does not send its intermediate CA",
  side: "client",
  severity: "fault",
  stage: "client-certificate",
  explains: ["client.rejected", "client.wrong-ca"],
  cites: [
    "RFC 8446 section 4.4.2: each certificate certifies the one before it",
    "crypto/tls: processCertsFromClient",
  ],
  explain: `The client's certificate was issued by an intermediate CA, and its file holds the leaf alone. The server knows the root
and cannot bridge the gap: "signed by unknown authority". The intermediate has to be sent by the client, behind its own
certificate in the same file.

\`openssl s_client -cert\` sends the first certificate only, whatever the file holds: without \`-cert_chain\` it shows this
fault where there is none.`,
  detect: (seen) => fromFile(seen),
});

const fromFile = (seen: Case): Detected | undefined => {
  const trouble = authorityTroubleOf(seen);
  if (trouble?.kind !== "missing-intermediate") return undefined;
  const { own, top, issuer, accepted, acceptedFrom, other, otherIn, certain } = trouble;
  const { certificate, file } = own;
  const list = accepted.map((name) => `"${name}"`).join(", ") || "none that is known";
  const theirs =
    acceptedFrom === "list" ? `the server's list of CAs: ${list}` : `CAs at hand: ${list}`;
  return {
    text: `the client certificate ${callIt(certificate)} in ${file.name} was issued by the intermediate CA "${issuer}", which ${file.name} does not hold and the server does not know`,
    subject: file.name,
    certainty: certain ? "proved" : "likely",
    evidence: [
      ...ownFacts(seen, own),
      `${file.name} ends with ${callIt(top)}`,
      ...(other === undefined ? [] : [`${otherIn} has ${certificateFacts(other)}`]),
      theirs,
    ],
    breaks: `the server turns ${seen.client.who} away`,
    fix: [
      {
        does: `append the certificate of "${issuer}"${otherIn === undefined ? "" : `, from ${otherIn},`} to ${file.name}, behind the client's own`,
        command: `cat ${otherIn === undefined || otherIn.includes(" ") ? "INTERMEDIATE.crt" : shellWord(otherIn)} >> ${shellWord(file.name)}`,
      },
    ],
  };
};
