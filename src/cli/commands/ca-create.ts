import { certificateData } from "../pki/describe.ts";
import { caOptions, caOrder } from "../pki/ca-options.ts";
import { pkiOptions, withPki } from "../pki/open-pki.ts";
import { defineCommand } from "../command.ts";
import { outputOption, writeData } from "../output.ts";

export const command = defineCommand({
  description:
    "Creates an issuer with a self-signed root certificate and a new key. The first one also creates the PKI's directory; its keys are encrypted under a passphrase, asked for twice.",
  arguments: { name: { description: "what to call the issuer: etcd-ca" } },
  options: { ...caOptions, ...pkiOptions, output: outputOption("json", "yaml") },
  examples: [
    { command: "certwright ca create etcd-ca", does: "Create a CA for etcd, valid for ten years" },
    {
      command: "certwright ca create root --permit-dns example.com --permit-ip 10.0.0.0/8",
      does: "Create a root that cannot sign for anything else",
    },
    {
      command: "certwright ca create kubernetes-ca --profile kubernetes-ca --cn kubernetes",
      does: "Create the CA that kubeadm would",
    },
  ],
  async run(terminal, { arguments: { name }, options }) {
    const { generation, warnings } = await withPki(terminal, options, "create", (authority) =>
      authority.createRoot(caOrder(name, options)),
    );
    for (const warning of warnings) terminal.say(`warning: ${warning}`);
    const certificate = certificateData(generation.certificate);
    if (options.output === "text") {
      terminal.write(`created ${name}: ${certificate.subject}, until ${certificate.notAfter}\n`);
    } else await writeData(terminal, options.output, { name, certificate, warnings });
  },
});
