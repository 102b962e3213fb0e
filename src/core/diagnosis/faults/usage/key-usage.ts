import { defineFault } from "../../fault.ts";
import { chainFault, lookAt } from "../../judged-chain.ts";
import { fromServerLog } from "../../server-log-fault.ts";

export const fault = defineFault({
  id: "usage.key-usage",
  title: "Server certificate may not sign",
  side: "server",
  severity: "fault",
  stage: "usage",
  cites: [
    "RFC 5280 section 4.2.1.3",
    "RFC 8446 section 4.4.2.2: digitalSignature",
    "X509_check_purpose(3): SSL server",
  ],
  explain: `A TLS server proves that it has its key by a signature (or, before TLS 1.3, by decrypting with it), and the key usage of
its certificate allows neither. OpenSSL, Node, Java and GnuTLS refuse ("unsuitable certificate purpose", "KeyUsage does not allow
digital signatures"); Go and rustls do not look, so that etcd and kubectl work where curl does not.`,
  detect: (seen) =>
    chainFault(
      seen,
      "key-usage",
      (failure) => failure.blameIndex === 0,
      ({ what, culprit, failure, file, holder }) => ({
        text: `${what} has key usage ${failure.details.found.join(", ") || "none"}, without ${failure.details.wanted.join(" or ")}, which a TLS server needs`,
        breaks: "OpenSSL, Node, Java and GnuTLS clients refuse the server",
        fix: [
          lookAt(
            `issue the certificate ${culprit} again with key usage digitalSignature, and put it in the place of ${file?.name ?? `the one that ${holder} serves`}; see what it has`,
            file,
            holder,
          ),
        ],
      }),
    ) ??
    fromServerLog(seen, "key-usage", (line, dialler, dialled) => ({
      text: `${dialled} shows ${dialler} a certificate whose key usage does not allow digital signatures`,
      fix: [
        {
          does: `issue the certificate of ${dialled} again with key usage digitalSignature${line.remote === undefined ? "" : ` (${line.remote})`}`,
          command: `certwright inspect ${dialled.includes(":") ? dialled : "SERVER.crt"}`,
        },
      ],
    })),
});
