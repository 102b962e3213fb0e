import { failure } from "../../core/errors/certwright-error.ts";
import { utf8Bytes } from "../../core/bytes/utf8.ts";
import { writePem } from "../../core/x509/pem.ts";
import type { Authority, CaOrder } from "../../engine/authority/authority.ts";
import { defineCommand } from "../command.ts";
import { outputOption, writeData } from "../output.ts";
import { caOptions, caOrder } from "../pki/ca-options.ts";
import { certificateData } from "../pki/describe.ts";
import { pkiOptions, withPki } from "../pki/open-pki.ts";
import { writeOut } from "../pki/place-files.ts";
import { readInputMaterial } from "../pki/read-material.ts";
import type { Terminal } from "../terminal.ts";

export const command = defineCommand({
  description:
    "Creates an issuer below another one. With --parent an issuer of this PKI signs it. With --csr it waits for an external CA: have the request signed, then give the answer, with the certificates above it, to --import.",
  arguments: { name: { description: "what to call the issuer: mesh-ca" } },
  options: {
    parent: { flag: "--parent <issuer>", description: "issuer of this PKI that signs it" },
    csr: {
      flag: "--csr <file>",
      description: "write a signing request for an external CA here (- for standard output)",
    },
    import: {
      flag: "--import <file>",
      description:
        "the external CA's answer: the certificate and those above it (- for standard input)",
    },
    ...caOptions,
    ...pkiOptions,
    yes: { flag: "-y, --yes", description: "replace the file that is there; a backup is kept" },
    output: outputOption("json", "yaml"),
  },
  examples: [
    {
      command: "certwright ca intermediate mesh-ca --parent root --profile mesh-ca",
      does: "Create the CA of a mesh below your root",
    },
    { command: "certwright ca intermediate issuing --csr issuing.csr", does: "Ask an external CA" },
    {
      command: "certwright ca intermediate issuing --import answer.pem",
      does: "Complete it with the answer",
    },
  ],
  async run(terminal, { arguments: { name }, options }) {
    const ways = [options.parent, options.csr, options.import].filter((way) => way !== undefined);
    if (ways.length === 0) {
      throw failure("usage.missing", {
        what: "one of --parent, --csr and --import",
        command: "certwright ca intermediate",
      });
    }
    if (ways.length > 1) {
      const [first, second] = ["--parent", "--csr", "--import"].filter(
        (_, i) => [options.parent, options.csr, options.import][i] !== undefined,
      );
      throw failure("usage.conflict", { first: first!, second: second! });
    }
    const order = caOrder(name, options);
    if (options.csr !== undefined) {
      await request(terminal, order, { ...options, csr: options.csr });
      return;
    }
    const made = await withPki(terminal, options, "use", (authority) =>
      options.parent === undefined
        ? complete(terminal, authority, name, options.import!)
        : authority.createIntermediate({ ...order, parent: options.parent }),
    );
    for (const warning of made.warnings) terminal.say(`warning: ${warning}`);
    const certificate = certificateData(made.generation.certificate);
    if (options.output === "text") {
      terminal.write(
        `created ${name}: ${certificate.subject}, below ${certificate.issuer}, until ${certificate.notAfter}\n`,
      );
    } else {
      await writeData(terminal, options.output, { name, certificate, warnings: made.warnings });
    }
  },
});

const complete = async (terminal: Terminal, authority: Authority, name: string, file: string) => {
  const { certificates } = await readInputMaterial(terminal, file);
  if (certificates.length === 0) throw failure("source.no-certificate", { source: file, what: "" });
  const generation = await authority.importIntermediate(
    name,
    certificates.map(({ certificate }) => certificate),
  );
  return { generation, warnings: [] };
};

/** The key is kept, so the request can be printed again: ca show NAME -o json. */
const request = async (
  terminal: Terminal,
  order: CaOrder,
  options: Parameters<typeof withPki>[1] & {
    readonly csr: string;
    readonly yes: boolean;
    readonly output: "text" | "json" | "yaml";
  },
): Promise<void> => {
  await withPki(terminal, options, "create", async (authority) => {
    const write = await writeOut(terminal, options.csr, 0o644, options.yes);
    const { signingRequest, keyId } = await authority.requestIntermediate(order);
    const text = writePem("CERTIFICATE REQUEST", signingRequest!);
    const change = await write(utf8Bytes(text));
    if (options.output !== "text") {
      const data = { name: order.name, keyId, signingRequest: text };
      await writeData(terminal, options.output, data);
    } else if (change !== undefined) {
      terminal.write(`created ${order.name}: its signing request is in ${options.csr}\n`);
    }
  });
};
