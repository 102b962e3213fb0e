import type { Case } from "../../case.ts";
import { isRefused, ownFacts } from "../../client-fault.ts";
import { defineFault } from "../../fault.ts";
import type { Detected } from "../../finding.ts";
import { failureOf } from "../../for-whom.ts";
import { chainFault, lookAt } from "../../judged-chain.ts";
import { locationText } from "../../location.ts";
import { fromServerLog } from "../../server-log-fault.ts";
import { callIt } from "../../words.ts";
import { shellWord } from "../../../text/shell-word.ts";

export const fault = defineFault({
  id: "alg.key-small",
  title: "Key is too small",
  side: "server",
  severity: "fault",
  stage: "trust",
  explains: ["client.rejected"],
  cites: [
    "NIST SP 800-131A",
    "SSL_CTX_set_security_level(3): level 2 wants RSA 2048",
    "crypto/tls: checkKeySize",
  ],
  explain: `A key of the chain is smaller than verifiers take. Debian's OpenSSL and curl (security level 2) want RSA of 2048 bits:
"EE certificate key too weak", "CA certificate key too weak". Node takes 1024 (level 1) and Go even less, so that one client
works and another does not; rustls says "BadSignature" of it.`,
  detect: (seen) =>
    chainFault(
      seen,
      "weak-key",
      (failure) => /RSA|EC/.test(failure.details.wanted) && /bits/.test(failure.details.wanted),
      ({ what, culprit, failure, file, holder }) => ({
        text: `${failure.blameIndex === 0 ? what : `the CA ${culprit} above ${what}`} has a key of ${failure.details.key}, and ${failure.details.wanted} is wanted`,
        breaks:
          "clients with OpenSSL's security level 2 (curl on Debian, nginx, HAProxy) refuse the chain",
        fix: [
          lookAt(
            `issue the certificate ${culprit} again for a new key (P-256, or RSA of 2048 bits and more), and put both in the place of ${file?.name ?? `those that ${holder} serves`}; see its key`,
            file,
            holder,
          ),
        ],
      }),
    ) ??
    fromOwn(seen) ??
    fromServerLog(seen, "key-small", (line, dialler, dialled) => ({
      text: `${dialled} shows ${dialler} a certificate with too small a key`,
      fix: [
        {
          does: `issue the certificate of ${dialled} again for a new key (P-256, or RSA of 2048 bits and more)${line.remote === undefined ? "" : ` (${line.remote})`}`,
          command: `certwright inspect ${dialled.includes(":") ? dialled : "SERVER.crt"}`,
        },
      ],
    })),
});

/** The client's own key, which the server did not take. */
const fromOwn = (seen: Case): Detected | undefined => {
  const { own, client } = seen;
  if (own === undefined || !isRefused(seen)) return undefined;
  const found = failureOf(own.failures, "weak-key");
  if (found === undefined) return undefined;
  const { blame, details } = found.failure;
  return {
    text: `the client certificate ${callIt(blame)} in ${own.file.name} has a key of ${details.key}, and the server wants ${details.wanted}`,
    subject: own.file.name,
    certainty: "likely",
    side: "client",
    evidence: [...ownFacts(seen, own), found.failure.message],
    breaks: `the server turns ${client.who} away`,
    fix: [
      {
        does: `have a certificate for ${callIt(blame)} issued for a new key (P-256, or RSA of 2048 bits and more), and put both in the place of ${own.file.name} (${locationText(own.file.named)})`,
        command: `certwright inspect ${shellWord(own.file.name)}`,
      },
    ],
  };
};
