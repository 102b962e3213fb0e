import { roleText } from "../../file-evidence.ts";
import { defineFileFault } from "../../file-fault.ts";
import { locationText } from "../../location.ts";

export const fault = defineFileFault({
  id: "file.public-key",
  title: "A public key instead of a private key or certificate",
  codes: ["file.public-key"],
  told: { says: /types: \[[^\]]*PUBLIC KEY/i, certainty: "proved" },
  says: ({ role, name }) =>
    `holds a public key, not a ${role.endsWith("key") || name.endsWith(".key") ? "private key" : "certificate"}`,
  breaks: "the program cannot prove who it is with it",
  fix: (_path, file) => [
    {
      does: `name the ${roleText[file.role]} in ${locationText(file.named)}, in place of ${file.name}; the private key is another file, often *.key or *-key.pem`,
    },
  ],
  explains: [
    "trust.ca-file-empty",
    "trust.unknown-ca",
    "trust.no-ca-configured",
    "client.none-sent",
    "client.rejected",
  ],
  cites: ["RFC 7468 section 13"],
  explain: `The file holds \`BEGIN PUBLIC KEY\`: the half of a key pair that anybody may have, as \`openssl pkey -pubout\` writes it.
A server or client needs the private half, and the certificate that a CA made of the public one.`,
});
