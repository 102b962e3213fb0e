import { defineFault } from "../../fault.ts";
import { chainFault, lookAt } from "../../judged-chain.ts";
import { fromServerLog } from "../../server-log-fault.ts";

export const fault = defineFault({
  id: "alg.sig-sha1",
  title: "Certificate is signed with SHA-1",
  side: "server",
  severity: "fault",
  stage: "trust",
  explains: ["trust.unknown-ca", "trust.bad-signature"],
  cites: [
    "RFC 6194",
    "RFC 9155",
    "crypto/x509: InsecureAlgorithmError, Go 1.18",
    "SSL_CTX_set_security_level(3)",
  ],
  explain: `A certificate of the chain is signed with SHA-1, for which others can be found with the same digest since 2017. Go refuses it since 1.18, Debian's OpenSSL at its security level 2 and Node too ("CA signature digest algorithm too weak"); Java 17 still accepts it. The digest is chosen by the CA that signs, often by an old \`openssl.cnf\`.`,
  detect: (seen) =>
    chainFault(
      seen,
      "weak-signature",
      (failure) => /SHA-?1/i.test(failure.details.algorithm),
      ({ what, culprit, failure, file, holder }) => ({
        text: `${failure.blameIndex === 0 ? what : `the CA ${culprit} above ${what}`} is signed with ${failure.details.algorithm}, which Go and OpenSSL refuse`,
        breaks: "clients refuse the chain",
        fix: [
          lookAt(
            `have the certificate ${culprit} issued again, signed with SHA-256 (openssl: default_md = sha256), and put it in the place of ${file?.name ?? `the one that ${holder} serves`}; see its signature`,
            file,
            holder,
          ),
        ],
      }),
    ) ??
    fromServerLog(seen, "signature-algorithm", (line, dialler, dialled) =>
      /SHA-?1/i.test(line.text) || !/MD[25]/i.test(line.text)
        ? {
            text: `${dialled} shows ${dialler} a certificate that is signed with SHA-1`,
            fix: [
              {
                does: `have the certificate of ${dialled} issued again, signed with SHA-256`,
                command: `certwright inspect ${dialled.includes(":") ? dialled : "SERVER.crt"}`,
              },
            ],
          }
        : undefined,
    ),
});
