import type { Case } from "../../case.ts";
import { fromClientLog, ownFacts } from "../../client-fault.ts";
import { defineFault } from "../../fault.ts";
import type { Detected } from "../../finding.ts";
import { locationText } from "../../location.ts";
import { authorityTroubleOf } from "../../own-authority.ts";
import { callIt, certificateFacts, colonHex } from "../../words.ts";
import { shellWord } from "../../../text/shell-word.ts";

export const fault = defineFault({
  id: "client.ca-key-changed",
  title: "Client certificate from an older CA of the same name",
  side: "client",
  severity: "fault",
  stage: "client-certificate",
  explains: ["client.rejected", "client.wrong-ca"],
  cites: [
    "crypto/x509: UnknownAuthorityError with hintErr",
    "RFC 5280 section 4.2.1.1: authorityKeyIdentifier",
  ],
  explain: `The CA that the server verifies its clients with was made anew under its old name. Certificates of the former one look
right by every name in them, and none verifies: their signatures, and their authority key identifiers, belong to the former key.
Go adds: 'possibly because of "x509: ECDSA verification failure" while trying to verify candidate authority certificate'.`,
  detect: (seen) => fromFile(seen) ?? fromLog(seen),
});

const fromFile = (seen: Case): Detected | undefined => {
  const trouble = authorityTroubleOf(seen);
  if (trouble?.kind !== "ca-key-changed") return undefined;
  const { own, top, issuer, accepted, acceptedFrom, other, otherIn, certain } = trouble;
  const { certificate, file } = own;
  const list = accepted.map((name) => `"${name}"`).join(", ") || "none that is known";
  const theirs =
    acceptedFrom === "list" ? `the server's list of CAs: ${list}` : `CAs at hand: ${list}`;
  return {
    text: `the client certificate ${callIt(certificate)} in ${file.name} comes from an older CA "${issuer}" than the one the server has: same name, another key`,
    subject: file.name,
    certainty: certain ? "proved" : "likely",
    evidence: [
      ...ownFacts(seen, own),
      ...keyText("the key that signed it", top.authorityKeyIdentifier?.keyIdentifier),
      ...(other === undefined
        ? []
        : [
            `${otherIn} has ${certificateFacts(other)}`,
            ...keyText("the key of that CA", other.subjectKeyIdentifier),
          ]),
      theirs,
    ],
    breaks: `the server turns ${seen.client.who} away, and every client with a certificate of the former CA`,
    fix: [
      {
        does: `have the certificate for ${callIt(certificate)} issued again by the present "${issuer}", and put it in the place of ${file.name} (${locationText(file.named)}); or have the server accept both CAs for a while`,
        command: `certwright inspect ${shellWord(file.name)}`,
      },
    ],
  };
};

const fromLog = (seen: Case): Detected | undefined =>
  fromClientLog(seen, "key-changed", (line, who) => ({
    text: `${who} shows a certificate from an older CA of the same name as the one that is trusted: same name, another key`,
    fix: [
      {
        does: `have the certificate of ${who} issued again by the present CA${candidateIn(line.text)}, or let the server trust both for a while; compare key identifiers`,
        command: "certwright inspect CLIENT.crt",
      },
    ],
  }));

/** Go names the CA it tried: `candidate authority certificate "etcd-ca"`. */
const candidateIn = (text: string): string => {
  const name = /candidate authority certificate \\?"([^"\\]+)/.exec(text)?.[1];
  return name === undefined ? "" : ` "${name}"`;
};

const keyText = (what: string, identifier: Uint8Array | undefined): readonly string[] =>
  identifier === undefined ? [] : [`${what}: ${colonHex(identifier)}`];
