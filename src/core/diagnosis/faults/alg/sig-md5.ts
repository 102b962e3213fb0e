import { defineFault } from "../../fault.ts";
import { chainFault, lookAt } from "../../judged-chain.ts";
import { fromServerLog } from "../../server-log-fault.ts";

export const fault = defineFault({
  id: "alg.sig-md5",
  title: "Certificate is signed with MD5",
  side: "server",
  severity: "fault",
  stage: "trust",
  explains: ["trust.unknown-ca", "trust.bad-signature"],
  cites: ["RFC 6151", "crypto/x509: InsecureAlgorithmError", "SSL_CTX_set_security_level(3)"],
  explain: `A certificate of the chain is signed with MD5, for which anybody can make a second certificate with the same digest. Go, OpenSSL, Node and Java all refuse it ("CA signature digest algorithm too weak", "insecure algorithm MD5-RSA"). The digest is chosen by the CA that signs.`,
  detect: (seen) =>
    chainFault(
      seen,
      "weak-signature",
      (failure) => /MD[25]/i.test(failure.details.algorithm),
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
      /MD[25]/i.test(line.text)
        ? {
            text: `${dialled} shows ${dialler} a certificate that is signed with MD5`,
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
