import type { Case } from "../../case.ts";
import { defineFault } from "../../fault.ts";
import type { Detected } from "../../finding.ts";
import { certificatesOf, keyOf } from "../../file-evidence.ts";
import { locationText } from "../../location.ts";
import { callIt } from "../../words.ts";
import { shellWord } from "../../../text/shell-word.ts";

export const fault = defineFault({
  id: "client.not-a-pair-order",
  title: "Client's own certificate is not the first in its file",
  side: "client",
  severity: "fault",
  stage: "file",
  explains: ["client.key-mismatch", "file.pem-order", "file.key-cert-mismatch"],
  cites: [
    "RFC 8446 section 4.4.2: the sender's certificate comes first",
    "crypto/tls: X509KeyPair",
    "SSL_CTX_use_certificate_chain_file(3)",
  ],
  explain: `Programs take the first certificate of the file for the client's own and hold the key against it. Here a CA stands first and
the client's own behind it: "private key does not match public key", although both are right. The order is: own certificate, then
the CA that issued it, and so on upwards.`,
  detect: (seen) => fromFile(seen),
});

const fromFile = (seen: Case): Detected | undefined => {
  const { certificate, key, who } = seen.client;
  const [first, ...more] = certificatesOf(certificate);
  const id = keyOf(key)?.id;
  if (certificate === undefined || first === undefined || id === undefined) return undefined;
  if (first.publicKey.id === id) return undefined;
  const at = more.findIndex(({ publicKey }) => publicKey.id === id);
  if (at < 0) return undefined;
  const own = more[at]!;
  return {
    text: `${certificate.name} begins with ${callIt(first)}, and the client's own certificate ${callIt(own)} stands behind it: programs take the first for the client's`,
    subject: certificate.name,
    certainty: "proved",
    evidence: [
      `order in ${certificate.name}: ${[first, ...more].map(callIt).join(", ")}`,
      `the key ${key!.name} belongs to ${callIt(own)}, certificate ${at + 2} of the file`,
      `it is named by ${locationText(certificate.named)}`,
    ],
    breaks: `${who} says that key and certificate do not match, and does not start`,
    fix: [
      {
        does: `put ${callIt(own)} first in ${certificate.name}, then the CAs upwards; see the order`,
        command: `certwright inspect ${shellWord(certificate.name)}`,
      },
    ],
  };
};
