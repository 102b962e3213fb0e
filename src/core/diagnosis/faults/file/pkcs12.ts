import { defineFileFault } from "../../file-fault.ts";

export const fault = defineFileFault({
  id: "file.pkcs12",
  title: "A PKCS#12 store instead of PEM",
  codes: ["file.pkcs12"],
  says: () => "is a PKCS#12 store (.p12, .pfx), where PEM is needed",
  breaks: "programs that want PEM files find nothing in it",
  fix: (path, file) => [
    {
      does: `take certificate and key out of ${file.name} (it asks for the passphrase)`,
      command: `openssl pkcs12 -in ${path} -nodes -out ${path}.pem`,
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
  cites: ["RFC 7292"],
  explain: `PKCS#12 holds a key with its certificates under a passphrase, as browsers and Windows export it. Servers and clients
that take "a certificate file" and "a key file" want PEM. Do not leave the unencrypted PEM readable for others.`,
});
