import { defineFileFault } from "../../file-fault.ts";
import { locationText } from "../../location.ts";

export const fault = defineFileFault({
  id: "file.openssh-key",
  title: "An OpenSSH key",
  codes: ["file.openssh-key"],
  says: () => "is an OpenSSH key, which no TLS program reads",
  breaks: "the program finds no private key in it",
  fix: (path, file) => [
    {
      does: `turn a private one into PKCS#8, in place; or name the right key in ${locationText(file.named)}`,
      command: `ssh-keygen -p -m PKCS8 -f ${path}`,
    },
  ],
  explains: [
    "trust.ca-file-empty",
    "trust.unknown-ca",
    "trust.no-ca-configured",
    "client.none-sent",
    "client.rejected",
    "file.bad-der",
  ],
  cites: ["OpenSSH PROTOCOL.key"],
  explain: `\`ssh-keygen\` writes its own format (\`BEGIN OPENSSH PRIVATE KEY\`) since OpenSSH 7.8. The key in it may be the right one;
TLS programs want PKCS#8, PKCS#1 or SEC1. A line "ssh-rsa AAAA…" is a public key and never a TLS key.`,
});
