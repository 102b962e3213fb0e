import { formatName } from "../../../x509/names.ts";
import { defineFault } from "../../fault.ts";
import { judgedChains, fileWith, lookAt } from "../../judged-chain.ts";
import { logFault } from "../../log-fault.ts";
import { counted } from "../../words.ts";

export const fault = defineFault({
  id: "trust.depth-exceeded",
  title: "Chain is longer than some verifiers go",
  side: "server",
  severity: "warning",
  stage: "trust",
  cites: [
    "Java: jdk.security.certpath, maxPathLength 5",
    "rustls-webpki: at most 6 intermediates",
    "X509_V_ERR_CERT_CHAIN_TOO_LONG (22)",
    "nginx ssl_verify_depth",
  ],
  explain: `The chain has more CAs between server and root than a verifier is willing to look at. Java stops at five, rustls at six,
nginx and HAProxy at what they are told (verify depth, 1 by default in nginx), OpenSSL at a hundred. Nobody needs more
than two.`,
  detect: (seen) => {
    for (const judged of judgedChains(seen)) {
      const { leaf, chain, anchors, what, holder, who } = judged;
      const result = seen.verify({ leaf, intermediates: chain.slice(1), anchors, usages: ["any"] });
      const between = result.ok ? result.chain.length - 2 : 0;
      if (between <= javaLimit) continue;
      return {
        text: `between ${what} and its root stand ${counted(between, "intermediate CA")}, more than Java follows`,
        subject: holder,
        certainty: "proved",
        evidence: judged.evidence,
        breaks: `Java refuses more than ${javaLimit}, rustls more than 6, and every handshake carries them all`,
        forWhom: `Java (at most ${javaLimit} intermediates) and rustls (6); ${who}, Go and OpenSSL accept it`,
        fix: [
          lookAt(
            `issue "${formatName(leaf.subject)}" from a CA nearer to the root; look at the chain`,
            fileWith(seen, leaf),
            holder,
          ),
        ],
      };
    }
    return logFault(
      seen,
      {
        says: /certificate chain too long|CERT_CHAIN_TOO_LONG|\(22:|MaximumPathDepthExceeded|MaximumPathBuildCallsExceeded/i,
      },
      (where) => ({
        text: `the chain of ${where} is longer than the verifier's limit`,
        breaks: "it refuses the certificate",
        fix: [
          {
            does: `issue that certificate from a CA nearer to the root, or raise the limit (nginx: ssl_verify_depth); see the chain of ${where}`,
            command: "certwright inspect HOST:PORT",
          },
        ],
      }),
    );
  },
});

/** jdk.security.certpath: com.sun.security… maxPathLength of PKIXBuilderParameters, 5 by default. */
const javaLimit = 5;
