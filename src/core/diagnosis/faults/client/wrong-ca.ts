import type { Case } from "../../case.ts";
import { fromClientLog, ownFacts } from "../../client-fault.ts";
import { defineFault } from "../../fault.ts";
import type { Detected } from "../../finding.ts";
import { locationText } from "../../location.ts";
import { authorityTroubleOf } from "../../own-authority.ts";
import { callIt } from "../../words.ts";
import { shellWord } from "../../../text/shell-word.ts";

export const fault = defineFault({
  id: "client.wrong-ca",
  title: "Client certificate from a CA the server does not know",
  side: "client",
  severity: "fault",
  stage: "client-certificate",
  explains: ["client.rejected"],
  cites: [
    "RFC 8446 section 6.2: unknown_ca (48)",
    "RFC 8446 section 4.2.4: certificate_authorities",
    "crypto/tls: processCertsFromClient",
  ],
  explain: `The server verifies its clients against a CA of its own choice (\`--trusted-ca-file\`, \`--client-ca-file\`,
\`ssl_client_certificate\`), and the client's certificate comes from another one. What the client trusts (its CA file) says
nothing about it: the two directions are separate.

The alert is unknown_ca (48) from Go and OpenSSL, certificate_unknown (46) from Java, access_denied (49) from GnuTLS; nginx
answers HTTP 400, kube-apiserver 401, Node ends the connection without a word.`,
  detect: (seen) => fromFile(seen) ?? fromLog(seen),
});

const fromFile = (seen: Case): Detected | undefined => {
  const trouble = authorityTroubleOf(seen);
  if (trouble?.kind !== "wrong-ca") return undefined;
  const { own, issuer, accepted, acceptedFrom, certain } = trouble;
  const { certificate, file } = own;
  const list = accepted.map((name) => `"${name}"`).join(", ") || "none that is known";
  const theirs =
    acceptedFrom === "list" ? `the server's list of CAs: ${list}` : `CAs at hand: ${list}`;
  return {
    text: `the client certificate ${callIt(certificate)} in ${file.name} comes from the CA "${issuer}", which the server does not accept for clients`,
    subject: file.name,
    certainty: certain ? "proved" : "likely",
    evidence: [...ownFacts(seen, own), theirs],
    breaks: `the server turns ${seen.client.who} away`,
    fix: [
      {
        does: `have a certificate for ${callIt(certificate)} issued by ${accepted.length === 0 || (acceptedFrom === "file" && accepted.includes(issuer)) ? "the CA that the server verifies clients with" : list}, and put it in the place of ${file.name} (${locationText(file.named)}); or have the server accept "${issuer}"`,
        command: `certwright inspect ${shellWord(file.name)}`,
      },
    ],
  };
};

const fromLog = (seen: Case): Detected | undefined =>
  fromClientLog(seen, "unknown-authority", (line, who) => ({
    text: `${who} shows ${line.program === "unknown" || line.role === "client" ? "the server" : line.program} a certificate from a CA that is not accepted for clients`,
    fix: [
      {
        does: `give ${who} a certificate from the CA that the server verifies clients with (etcd: --trusted-ca-file, Kubernetes: --client-ca-file), or append its intermediate CA to its certificate file; there, see which CA issued it`,
        command: "certwright inspect CLIENT.crt",
      },
    ],
  }));
