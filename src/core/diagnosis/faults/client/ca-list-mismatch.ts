import type { Case } from "../../case.ts";
import { ownFacts } from "../../client-fault.ts";
import { defineFault } from "../../fault.ts";
import type { Detected } from "../../finding.ts";
import { locationText } from "../../location.ts";
import { authorityTroubleOf } from "../../own-authority.ts";
import { callIt } from "../../words.ts";
import { shellWord } from "../../../text/shell-word.ts";

export const fault = defineFault({
  id: "client.ca-list-mismatch",
  title: "Server's list of CAs does not have the client's",
  side: "client",
  severity: "fault",
  stage: "client-certificate",
  explains: ["client.rejected", "client.none-sent"],
  cites: [
    "RFC 8446 section 4.2.4: certificate_authorities",
    "RFC 5246 section 7.4.4",
    "crypto/tls: CertificateRequestInfo.SupportsCertificate",
  ],
  explain: `A server that asks for a certificate may say from which CAs. Go's \`net/http\` and Java keep their certificate to
themselves when no CA of it is in that list; OpenSSL (curl, Node, Python), etcd's client and client-go send it all the same.
So one client works and another is told "certificate required", and the server's log has "client didn't provide a
certificate" although the client has one.

The list comes from another setting than the verification in some servers: nginx's \`ssl_client_certificate\` and
\`ssl_trusted_certificate\`, HAProxy's \`ca-file\` and \`ca-verify-file\`, OpenSSL's \`-requestCAfile\`.`,
  detect: (seen) => fromFile(seen),
});

const fromFile = (seen: Case): Detected | undefined => {
  const trouble = authorityTroubleOf(seen);
  if (trouble?.kind !== "ca-list-mismatch") return undefined;
  const { own, issuer, accepted, acceptedFrom, certain } = trouble;
  const { certificate, file } = own;
  const list = accepted.map((name) => `"${name}"`).join(", ") || "none that is known";
  const theirs =
    acceptedFrom === "list" ? `the server's list of CAs: ${list}` : `CAs at hand: ${list}`;
  return {
    text: `the server asks for certificates of ${list}, and the client certificate ${callIt(certificate)} in ${file.name} comes from "${issuer}": Go and Java clients keep it to themselves`,
    subject: file.name,
    certainty: certain ? "proved" : "likely",
    forWhom:
      "Go and Java clients, which then send none; OpenSSL clients (curl, Node), etcdctl and kubectl send it",
    evidence: [...ownFacts(seen, own), theirs],
    breaks: "clients that hold to the list are refused as if they had no certificate",
    fix: [
      {
        does: `have the server name "${issuer}" among the CAs it accepts, or have a certificate for ${callIt(certificate)} issued by ${list} and put it in the place of ${file.name} (${locationText(file.named)})`,
        command: `certwright inspect ${shellWord(file.name)}`,
      },
    ],
  };
};
