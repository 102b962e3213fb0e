import type { Certificate } from "../../../model/certificate.ts";
import { isNamed } from "../../authority-trouble.ts";
import { endpointText } from "../../endpoint.ts";
import { defineFault } from "../../fault.ts";
import { fileWith, namesItself } from "../../judged-chain.ts";
import { callIt, certificateFacts } from "../../words.ts";
import { shellWord } from "../../../text/shell-word.ts";

export const fault = defineFault({
  id: "trust.chain-order",
  title: "Chain is sent in the wrong order",
  side: "server",
  severity: "warning",
  stage: "trust",
  cites: ["RFC 5246 section 7.4.2", "RFC 8446 section 4.4.2"],
  explain: `The server sends its chain with the CAs out of order. Go, OpenSSL, Java, rustls and GnuTLS sort it themselves, so it
works nearly everywhere. TLS 1.2 demands the order, though, and strict or small clients (embedded stacks, old middle
boxes) refuse. The order is that of the PEM file.`,
  detect: (seen) => {
    const { served, endpoint } = seen;
    if (served === undefined || endpoint === undefined) return undefined;
    const chain = served.chain.filter(
      (one, i) =>
        served.chain.findIndex(({ fingerprint }) => fingerprint === one.fingerprint) === i,
    );
    const broken = chain.findIndex((one, i) => {
      const next = chain[i + 1];
      if (next === undefined || namesItself(one) || isNamed(next, one)) return false;
      return chain.some((other, j) => j !== i && isNamed(other, one));
    });
    if (broken === -1) return undefined;
    const where = endpointText(endpoint);
    const file = seen.server?.certificate?.name ?? fileWith(seen, served.leaf)?.name;
    return {
      text: `${where} sends its chain in the wrong order: ${callIt(chain[broken]!)} is followed by ${callIt(chain[broken + 1]!)}, which did not issue it`,
      subject: where,
      certainty: "proved",
      evidence: [`the server sent ${served.chain.map(certificateFacts).join(", then ")}`],
      breaks: "strict clients of TLS 1.2 refuse it; Go, OpenSSL, Java and rustls do not mind",
      forWhom: "strict clients of TLS 1.2; Go, OpenSSL, Java, rustls and GnuTLS accept it",
      fix: [
        {
          does: `put the certificates in ${file ?? `the file that ${where} serves`} in order, the server's first, then each one's issuer (${inOrder(chain).map(callIt).join(", ")}), and restart or reload it; see what is sent`,
          command: `certwright inspect ${shellWord(where)}`,
        },
      ],
    };
  },
});

/** From the first certificate on, each followed by its issuer. */
const inOrder = (chain: readonly Certificate[]): readonly Certificate[] => {
  const ordered = [chain[0]!];
  for (;;) {
    const last = ordered.at(-1)!;
    const next = chain.find((one) => !ordered.includes(one) && isNamed(one, last));
    if (next === undefined) return ordered;
    ordered.push(next);
  }
};
