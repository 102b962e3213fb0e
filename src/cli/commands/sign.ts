import { failure } from "../../core/errors/certwright-error.ts";
import { utf8Bytes } from "../../core/bytes/utf8.ts";
import type { SignOrder } from "../../engine/authority/authority.ts";
import { defineCommand } from "../command.ts";
import { outputOption, writeData } from "../output.ts";
import { certificateData, certificatePem } from "../pki/describe.ts";
import { explainOrder } from "../pki/explain-order.ts";
import { leafOptions, leafOrder } from "../pki/leaf-options.ts";
import { makeLeaf } from "../pki/make-leaf.ts";
import { pkiOptions, withPki } from "../pki/open-pki.ts";
import { changeText, writeOut } from "../pki/place-files.ts";
import { readInputMaterial } from "../pki/read-material.ts";

export const command = defineCommand({
  description:
    "Signs a certificate signing request (PKCS#10) under a built-in profile or a role of your own, after checking that the requester has the key. Names come from the request; usages, lifetime and organization come from the profile or role alone. Prints the certificate and those between it and the root.",
  arguments: { request: { description: "file with the request, or - for standard input" } },
  options: {
    ...leafOptions,
    out: { flag: "--out <file>", description: "write here (default: standard output)" },
    explain: { flag: "--explain", description: "sign nothing; show every rule and its verdict" },
    dryRun: {
      flag: "--dry-run",
      description: "sign nothing; say whether it would pass and what it would say",
    },
    yes: { flag: "-y, --yes", description: "replace the file that is there; a backup is kept" },
    ...pkiOptions,
    output: outputOption("json", "yaml"),
  },
  examples: [
    {
      command: "certwright sign node.csr --profile tls-server --out node.crt",
      does: "Sign a request",
    },
    {
      command: "certwright sign node.csr --profile tls-server --explain",
      does: "See what would become of it",
    },
  ],
  async run(terminal, { arguments: { request: file }, options }) {
    const { requests } = await readInputMaterial(terminal, file);
    const [found, another] = requests;
    if (found === undefined) throw failure("authority.no-request", { source: file });
    if (another !== undefined) {
      throw failure("authority.several-requests", { source: file, count: requests.length });
    }
    return await withPki(terminal, options, "use", async (authority) => {
      terminal.leaving("nothing was issued");
      const order: SignOrder = {
        ...(await leafOrder(authority, options)),
        request: found.request.der,
      };
      if (options.explain || options.dryRun) {
        return await explainOrder(terminal, authority, order, options);
      }
      const toStdout = options.out === undefined || options.out === "-";
      const write = await writeOut(terminal, options.out ?? "-", 0o644, options.yes);
      const { certificate, chain, warnings } = await makeLeaf(terminal, order, () =>
        authority.sign(order),
      );
      for (const warning of warnings) {
        terminal.say(`${terminal.emphasize("yellow", "warning:")} ${warning}`);
      }
      const pem = certificatePem([certificate, ...chain.slice(0, -1)]);
      const data = { certificate: certificateData(certificate), warnings };
      if (toStdout && options.output !== "text") {
        const ca = certificatePem(chain.slice(-1));
        await writeData(terminal, options.output, { ...data, pem: { certificate: pem, ca } });
        return 0;
      }
      const change = await write(utf8Bytes(pem));
      if (options.output !== "text") await writeData(terminal, options.output, { ...data, change });
      else if (change !== undefined) {
        terminal.say(
          `signed ${data.certificate.subject || data.certificate.names.join(", ")} until ${data.certificate.notAfter}\n  ${change.path}: ${changeText(change)}`,
        );
      }
      return 0;
    });
  },
});
