import { keyOf } from "../../file-evidence.ts";
import { defineFileFault } from "../../file-fault.ts";
import { locationText } from "../../location.ts";

export const fault = defineFileFault({
  id: "file.der",
  title: "DER where PEM is needed",
  codes: ["file.der", "file.unarmored"],
  says: (_file, found) =>
    found?.code === "file.unarmored"
      ? "is base64 without BEGIN and END lines, where PEM is needed"
      : "is DER (binary), where PEM is needed",
  breaks: "Go, OpenSSL, Node, nginx and etcd find no block in it; as a CA file it counts as empty",
  forWhom: "all programs but Java, which reads DER too",
  fix: (path, file) => [
    {
      does: `turn ${file.name} into PEM, and name the new file in ${locationText(file.named)}`,
      command: `openssl ${keyOf(file) === undefined ? (file.material.requests.length > 0 ? "req" : file.material.revocationLists.length > 0 ? "crl" : "x509") : "pkey"} -inform der -in ${path} -out ${path}.pem`,
    },
  ],
  explains: [
    "trust.ca-file-empty",
    "trust.unknown-ca",
    "trust.no-ca-configured",
    "client.none-sent",
    "client.rejected",
  ],
  cites: ["RFC 7468", "X.690"],
  explain: `The content is right, its form is not: it begins with the byte 30 instead of \`-----BEGIN\`. Windows exports ".cer" so,
and Java's keytool writes it without \`-rfc\`. Node takes such a CA file without a word and trusts nobody.`,
});
