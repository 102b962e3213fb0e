import { endpointText } from "../../endpoint.ts";
import { defineFault } from "../../fault.ts";
import { callIt, certificateFacts } from "../../words.ts";
import { shellWord } from "../../../text/shell-word.ts";

export const fault = defineFault({
  id: "trust.chain-duplicate",
  title: "Certificate is sent twice",
  side: "server",
  severity: "info",
  stage: "advice",
  cites: ["RFC 8446 section 4.4.2"],
  explain: `The server sends one certificate more than once: two files were put together that both held it. All clients pass over
it. It costs bytes in each handshake, no more.`,
  detect: (seen) => {
    const { served, endpoint, server } = seen;
    if (served === undefined || endpoint === undefined) return undefined;
    const twice = served.chain.find(
      (one, i) => served.chain.findIndex(({ fingerprint }) => fingerprint === one.fingerprint) < i,
    );
    if (twice === undefined) return undefined;
    const where = endpointText(endpoint);
    return {
      text: `${where} sends the certificate ${callIt(twice)} more than once`,
      subject: where,
      certainty: "proved",
      evidence: [`the server sent ${served.chain.map(certificateFacts).join(", then ")}`],
      breaks: "nothing; it costs bytes in every handshake",
      fix: [
        {
          does: `take one of the two out of ${server?.certificate?.name ?? `the file that ${where} serves`}; see what is sent`,
          command: `certwright inspect ${shellWord(where)}`,
        },
      ],
    };
  },
});
