import { failure } from "../../core/errors/certwright-error.ts";
import { utf8Bytes } from "../../core/bytes/utf8.ts";
import { defineCommand } from "../command.ts";
import { certificatePem } from "../pki/describe.ts";
import { pkiOptions, withPki } from "../pki/open-pki.ts";
import { changeText, writeOut } from "../pki/place-files.ts";

export const command = defineCommand({
  description:
    "Prints what others need of an issuer: the bundle to trust (its root), or with --chain its own certificate and those above it. With --private-key, and only then, the unencrypted private key and nothing else; whoever has it can sign anything.",
  arguments: { name: { description: "the issuer" } },
  options: {
    chain: { flag: "--chain", description: "its own certificate first, then all above it" },
    privateKey: { flag: "--private-key", description: "the unencrypted private key (PKCS#8)" },
    out: {
      flag: "--out <file>",
      description: "write here, a key with mode 0600 (default: standard output; a key needs --out)",
    },
    yes: { flag: "-y, --yes", description: "replace the file that is there; a backup is kept" },
    ...pkiOptions,
  },
  examples: [
    { command: "certwright ca export etcd-ca > ca.crt", does: "Save what clients must trust" },
    {
      command: "certwright ca export mesh-ca --chain --out cert-chain.pem",
      does: "Save an intermediate with its root",
    },
    {
      command: "certwright ca export kubernetes-ca --private-key --out ca.key",
      does: "Hand a CA over to kubeadm",
    },
  ],
  async run(terminal, { arguments: { name }, options }) {
    const { chain, privateKey, yes } = options;
    if (chain && privateKey) {
      throw failure("usage.conflict", { first: "--chain", second: "--private-key" });
    }
    if (privateKey && options.out === undefined) {
      throw failure("usage.missing", {
        what: "--out <file> for the private key (- prints it)",
        command: "certwright ca export",
      });
    }
    const write = await writeOut(terminal, options.out ?? "-", privateKey ? 0o600 : 0o644, yes);
    const text = await withPki(terminal, options, "use", async (authority) => {
      if (privateKey) return (await authority.exportKey(name)).pem("pkcs8");
      const { current } = await authority.issuer(name);
      if (current === undefined) throw failure("authority.not-signed", { issuer: name });
      const all = [current.certificate, ...current.chain];
      return certificatePem(chain ? all : all.slice(-1));
    });
    const change = await write(utf8Bytes(text));
    if (change !== undefined) terminal.say(`${change.path}: ${changeText(change)}`);
  },
});
