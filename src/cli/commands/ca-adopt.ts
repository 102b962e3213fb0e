import { failure } from "../../core/errors/certwright-error.ts";
import type { Adopted } from "../../engine/authority/authority.ts";
import { defineCommand } from "../command.ts";
import { estateOption } from "../etcd-estate.ts";
import { outputOption, writeData } from "../output.ts";
import { estateCas, estateNode, readCas, type CaPlaces } from "../pki/adopt-files.ts";
import { certificateData } from "../pki/describe.ts";
import { pkiOptions, withPki } from "../pki/open-pki.ts";

export const command = defineCommand({
  description:
    "Takes a CA that exists already into the PKI: its certificate as the first generation, which issues from then on, and its key, encrypted under the passphrase like every other. The files stay as they are. Without --certificate the CAs of the estate's Kubernetes cluster are read where kubeadm put them or the flags of its programs lead, all of them or the one that is named. The key pair that signs ServiceAccount tokens is taken only when it is named: it is no CA, and is kept under a certificate of its own that nobody is shown. A CA that comes without its key is known, but cannot sign: its rotation can do without, by the protocol with bundles.",
  arguments: {
    name: {
      description: "what to call the issuer: kubernetes-ca (default: all of the estate's cluster)",
      optional: true,
    },
  },
  options: {
    certificate: {
      flag: "--certificate <file>",
      description: "its certificate, and those above it if it is no root",
    },
    key: {
      flag: "--key <file>",
      description: "its unencrypted private key (- for standard input)",
    },
    node: {
      flag: "--node <name>",
      description:
        "read the files on this node of the estate (default: this machine; without --certificate the first of the control plane)",
    },
    estate: estateOption,
    ...pkiOptions,
    output: outputOption("json", "yaml"),
  },
  examples: [
    { command: "certwright ca adopt", does: "Adopt the CAs of the estate's Kubernetes cluster" },
    {
      command: "certwright ca adopt service-account-keys",
      does: "Adopt the key pair of the estate's ServiceAccount tokens",
    },
    {
      command:
        "certwright ca adopt kubernetes-ca --certificate /etc/kubernetes/pki/ca.crt --key /etc/kubernetes/pki/ca.key",
      does: "Adopt a CA from its files",
    },
    {
      command:
        "openssl pkey -in root.key | certwright ca adopt root --certificate root.crt --key -",
      does: "Adopt one whose key is encrypted",
    },
  ],
  async run(terminal, { arguments: { name }, options }) {
    const orders = await readCas(terminal, await filesOf(name, options));
    const adopted = await withPki(terminal, options, "create", async (authority) => {
      const results: { readonly name: string; readonly result: Adopted }[] = [];
      for (const order of orders.cas) {
        results.push({ name: order.name, result: await authority.adopt(order) });
      }
      for (const order of orders.keyPairs) {
        results.push({ name: order.name, result: await authority.adoptKeyPair(order) });
      }
      return results;
    });
    if (options.output !== "text") {
      await writeData(terminal, options.output, { adopted: adopted.map(adoptedData) });
      return;
    }
    for (const one of adopted) {
      for (const warning of one.result.warnings) {
        terminal.say(`${terminal.emphasize("yellow", "warning:")} ${one.name}: ${warning}`);
      }
      terminal.write(`${adoptedText(one)}\n`);
    }
  },
});

interface Choice {
  readonly certificate: string | undefined;
  readonly key: string | undefined;
  readonly node: string | undefined;
  readonly estate: string;
}

const filesOf = async (
  name: string | undefined,
  { certificate, key, node, estate }: Choice,
): Promise<CaPlaces> => {
  const missing = (what: string) =>
    failure("usage.missing", { what, command: "certwright ca adopt" });
  if (certificate === undefined) {
    if (key !== undefined) throw missing("--certificate <file>");
    return await estateCas(estate, { name, node });
  }
  if (name === undefined) throw missing("the issuer's name");
  return {
    cas: [{ name, certificate, ...(key === undefined ? {} : { key }) }],
    keyPairs: [],
    ...(node === undefined ? {} : { node: await estateNode(estate, node) }),
  };
};

interface One {
  readonly name: string;
  readonly result: Adopted;
}

const adoptedData = ({ name, result }: One) => ({
  name,
  change: result.change,
  canSign: result.canSign,
  generation: result.generation.number,
  certificate: certificateData(result.generation.certificate),
  warnings: result.warnings,
});

const changes = {
  adopted: "adopted",
  key: "adopted the key of",
  none: "nothing to do for",
} as const;

const adoptedText = ({ name, result: { change, canSign, generation } }: One): string => {
  const { subject, notAfter } = certificateData(generation.certificate);
  const key = canSign ? "with its key" : "without its key, so that it cannot sign";
  return `${changes[change]} ${name}: ${subject}, until ${notAfter}, ${key}`;
};
