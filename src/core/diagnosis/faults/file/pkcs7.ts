import { defineFileFault } from "../../file-fault.ts";

export const fault = defineFileFault({
  id: "file.pkcs7",
  title: "PKCS#7 instead of PEM certificates",
  codes: ["file.pkcs7"],
  says: () => "is PKCS#7 (.p7b), where PEM certificates are needed",
  breaks: "servers and clients find no certificate in it",
  fix: (path, file) => [
    {
      does: `take the certificates out of ${file.name}; add -inform der when it is binary`,
      command: `openssl pkcs7 -print_certs -in ${path} -out ${path}.pem`,
    },
  ],
  explains: [
    "trust.ca-file-empty",
    "trust.unknown-ca",
    "trust.no-ca-configured",
    "client.none-sent",
    "client.rejected",
    "file.der",
  ],
  cites: ["RFC 2315", "RFC 5652"],
  explain: `A ".p7b" is a bag of certificates as Windows' certificate services deliver them. The certificates in it are right, but
only few programs open the bag; the order in it is any order, so put the leaf first afterwards.`,
});
