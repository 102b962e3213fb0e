import { keyOf } from "../../file-evidence.ts";
import { defineFileFault } from "../../file-fault.ts";
import { locationText } from "../../location.ts";

export const fault = defineFileFault({
  id: "file.swapped",
  title: "Certificate and key taken for each other",
  codes: ["file.swapped"],
  told: { says: /PEM inputs may have been switched/i, certainty: "proved" },
  says: (file) =>
    keyOf(file) === undefined
      ? "holds a certificate, no private key"
      : "holds a private key, no certificate",
  breaks:
    "the program does not start, or shows no certificate; a key in the place of a certificate may be read by many",
  fix: (path, file) => [
    {
      does: `name the right file in ${locationText(file.named)}: certificate and key were exchanged`,
      command: `certwright inspect ${path}`,
    },
  ],
  explains: [
    "trust.ca-file-empty",
    "trust.unknown-ca",
    "trust.no-ca-configured",
    "client.none-sent",
    "client.rejected",
  ],
  cites: ['Go crypto/tls: X509KeyPair, "PEM inputs may have been switched"'],
  explain: `Where a certificate is named there is a private key, or the other way round. Go says "PEM inputs may have been
switched", OpenSSL only "no start line". As a CA file a private key is taken silently by Node, which then trusts nobody.`,
});
