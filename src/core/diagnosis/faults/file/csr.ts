import { defineFileFault } from "../../file-fault.ts";
import { locationText } from "../../location.ts";

export const fault = defineFileFault({
  id: "file.csr",
  title: "A signing request instead of a certificate",
  codes: ["file.csr"],
  told: { says: /types: \[[^\]]*CERTIFICATE REQUEST/i, certainty: "proved" },
  says: () => "is a signing request (CSR), not a certificate",
  breaks: "a request is signed by nobody: no program takes it as a certificate",
  fix: (path, file) => [
    {
      does: `have ${file.name} signed by the CA, and name the certificate that comes back in ${locationText(file.named)}`,
      command: `certwright sign ${path}`,
    },
  ],
  explains: [
    "trust.ca-file-empty",
    "trust.unknown-ca",
    "trust.no-ca-configured",
    "client.none-sent",
    "client.rejected",
  ],
  cites: ["RFC 2986", "RFC 7468 section 7"],
  explain: `The file holds \`BEGIN CERTIFICATE REQUEST\`: what is sent to a CA, not what comes back. The two lie side by side
after \`openssl req\`, and are easily taken for each other.`,
});
