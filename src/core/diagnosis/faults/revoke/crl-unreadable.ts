import { defineFault } from "../../fault.ts";
import type { FileEvidence } from "../../file-evidence.ts";
import { locationText } from "../../location.ts";
import { logFault } from "../../log-fault.ts";
import { shellWord } from "../../../text/shell-word.ts";

export const fault = defineFault({
  id: "revoke.crl-unreadable",
  title: "Revocation list cannot be read",
  side: "server",
  severity: "fault",
  stage: "file",
  explains: [
    "file.bad-der",
    "file.bad-base64",
    "file.truncated",
    "file.empty",
    "file.csr",
    "file.public-key",
    "file.pkcs7",
    "file.double-base64",
    "file.utf16",
    "file.indented",
    "file.joined-blocks",
    "file.swapped",
  ],
  cites: ["RFC 5280 section 5.1", "etcd --client-crl-file: DER"],
  explain: `The file that should hold a revocation list holds none that can be read: another kind of object, a page of an error, a
list that was cut off. etcd wants DER in --client-crl-file and refuses every client when it finds PEM there; nginx,
HAProxy and Node want PEM.`,
  detect: (seen) => {
    for (const file of seen.files) {
      if (file.role !== "crl" || file.error !== undefined) continue;
      const { revocationLists, certificates, privateKeys, faults } = file.material;
      const [first] = revocationLists;
      const isEtcds = /client-crl-file|CLIENT_CRL_FILE/i.test(file.named.field ?? "");
      const isPem = first !== undefined && !isDer(file);
      if (first !== undefined && !(isEtcds && isPem)) continue;
      const holds =
        first !== undefined
          ? "holds PEM, and etcd reads only DER"
          : certificates.length > 0
            ? "holds a certificate, not a list"
            : privateKeys.length > 0
              ? "holds a private key, not a list"
              : "holds no revocation list that can be read";
      const path = shellWord(file.path ?? file.name);
      return {
        text: `the revocation list ${file.name} ${holds}`,
        subject: file.name,
        certainty: "proved",
        evidence: [
          `${file.name} is named by ${locationText(file.named)}`,
          ...faults.map(({ message }) => message),
        ],
        breaks: "whoever is given it refuses every certificate, or does not start",
        fix: [
          first === undefined
            ? {
                does: `put the CA's list into ${file.name}, or correct ${locationText(file.named)}; see what it is`,
                command: `openssl crl -in ${path} -noout -text`,
              }
            : {
                does: `write ${file.name} anew in DER`,
                command: `openssl crl -in ${path} -outform der -out ${path}.der && mv ${path}.der ${path}`,
              },
        ],
      };
    }
    return logFault(
      seen,
      {
        says: /x509: malformed crl|failed to parse (?:the )?(?:CRL|revocation list)|asn1: .{0,80}(?:CRL|revocation)|(?:CRL|revocation list).{0,80}(?:asn1|malformed|no start line)|X509_load_crl_file|SSL_CTX_load_verify_locations.{0,80}crl/i,
      },
      () => ({
        text: "the revocation list that the server was given cannot be read",
        breaks: "it refuses every certificate, or does not start",
        fix: [
          {
            does: "put the CA's list there, in DER for etcd (--client-crl-file) and in PEM for nginx and HAProxy; see what it is",
            command: "openssl crl -in CA.crl -noout -text",
          },
        ],
      }),
    );
  },
});

/** The octets of a list alone are DER; PEM is a third longer. */
const isDer = ({ size, material }: FileEvidence): boolean =>
  material.revocationLists[0]?.list.der.length === size;
