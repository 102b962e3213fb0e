import { defineFileFault } from "../../file-fault.ts";

export const fault = defineFileFault({
  id: "file.encrypted-key",
  title: "Private key with a passphrase",
  codes: ["file.encrypted-key"],
  told: {
    says: /bad decrypt|BAD_DECRYPT|INTERRUPTED_OR_CANCELLED|key is encrypted|failed to parse private key|types: \[ENCRYPTED PRIVATE KEY/i,
    certainty: "likely",
  },
  says: () => "is a private key under a passphrase",
  breaks: "etcd, Kubernetes, calicoctl and Envoy never ask for a passphrase and do not start",
  fix: (path, file) => [
    {
      does: `take the passphrase off (it asks for it), and keep ${file.name} readable for its program only`,
      command: `openssl pkey -in ${path} -out ${path}.new && chmod 600 ${path}.new && mv ${path}.new ${path}`,
    },
  ],
  explains: [
    "client.none-sent",
    "client.rejected",
    "client.key-mismatch",
    "file.key-cert-mismatch",
  ],
  cites: ["RFC 5958", "RFC 1421: Proc-Type: 4,ENCRYPTED", "Go crypto/tls: X509KeyPair"],
  explain: `The key is encrypted (\`BEGIN ENCRYPTED PRIVATE KEY\`, or \`Proc-Type: 4,ENCRYPTED\`). Go programs have no way to ask for the
passphrase: "failed to parse private key"; Node says only "bad decrypt". Protect the key by the mode of its file instead.`,
});
