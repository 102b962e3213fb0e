import { formatName } from "../../../x509/names.ts";
import { endpointText } from "../../endpoint.ts";
import { defineFault } from "../../fault.ts";
import { namesItself, isAuthority } from "../../judged-chain.ts";
import { callIt, certificateFacts } from "../../words.ts";
import { shellWord } from "../../../text/shell-word.ts";

export const fault = defineFault({
  id: "trust.root-sent",
  title: "Server sends its root",
  side: "server",
  severity: "info",
  stage: "advice",
  cites: [
    "RFC 8446 section 4.4.2: a root may be omitted",
    "X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN (19)",
  ],
  explain: `The server sends the root CA too. Clients that trust it have it already, and clients that do not must not trust it
because it was sent. It does no harm, but changes the words of the complaint when the root is unknown: OpenSSL then says
"self-signed certificate in certificate chain".`,
  detect: (seen) => {
    const { served, endpoint, server } = seen;
    if (served === undefined || endpoint === undefined) return undefined;
    const root = served.chain.find((one, i) => i > 0 && namesItself(one) && isAuthority(one));
    if (root === undefined) return undefined;
    const where = endpointText(endpoint);
    return {
      text: `${where} sends its root ${callIt(root)}, which clients have or must not trust`,
      subject: where,
      certainty: "proved",
      evidence: [`the server sent ${served.chain.map(certificateFacts).join(", then ")}`],
      breaks: "nothing; it costs bytes in every handshake",
      fix: [
        {
          does: `take "${formatName(root.subject)}" out of ${server?.certificate?.name ?? `the file that ${where} serves`}; see what is sent`,
          command: `certwright inspect ${shellWord(where)}`,
        },
      ],
    };
  },
});
