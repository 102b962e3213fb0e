import { failure } from "../../core/errors/certwright-error.ts";
import { stages } from "../../core/model/stage.ts";
import { formatName } from "../../core/x509/names.ts";
import { defineCommand } from "../command.ts";
import { outputOption, table, writeData } from "../output.ts";
import { issuerData } from "../pki/describe.ts";
import { pkiOptions, withPki } from "../pki/open-pki.ts";
import { integer } from "../values.ts";

export const command = defineCommand({
  description:
    "Adds a generation to an issuer: a new key and a certificate under a name of its own, otherwise like the current one. It is staged and signs nothing. With --number and --stage it moves a generation on: trusted once every bundle has it, issuing to let it sign from now on (the former one is then retiring), retired once nothing it signed is in use.",
  arguments: { name: { description: "the issuer" } },
  options: {
    number: {
      flag: "--number <number>",
      description: "which generation to move",
      parse: integer(1, 1_000_000),
    },
    stage: {
      flag: "--stage <stage>",
      description: `where to move it: ${stages.join(", ")}`,
      choices: stages,
    },
    ...pkiOptions,
    output: outputOption("json", "yaml"),
  },
  examples: [
    { command: "certwright ca generation etcd-ca", does: "Prepare the successor of a CA" },
    {
      command: "certwright ca generation etcd-ca --number 2 --stage issuing",
      does: "Let it sign, once everybody trusts it",
    },
  ],
  async run(terminal, { arguments: { name }, options }) {
    const { number, stage } = options;
    if ((number === undefined) !== (stage === undefined)) {
      throw failure("usage.missing", {
        what: number === undefined ? "--number <number>" : "--stage <stage>",
        command: "certwright ca generation",
      });
    }
    const issuer = await withPki(terminal, options, "use", async (authority) => {
      if (number !== undefined && stage !== undefined) {
        return await authority.setStage(name, number, stage);
      }
      const { warnings } = await authority.addGeneration(name);
      for (const warning of warnings) {
        terminal.say(`${terminal.emphasize("yellow", "warning:")} ${warning}`);
      }
      return await authority.issuer(name);
    });
    if (options.output !== "text") {
      await writeData(terminal, options.output, issuerData(issuer));
      return;
    }
    const rows = issuer.generations.map(({ number: count, stage: at, certificate }) => [
      String(count),
      at,
      certificate === undefined ? "(waits for an external CA)" : formatName(certificate.subject),
    ]);
    terminal.write(table(terminal, ["GENERATION", "STAGE", "SUBJECT"], rows));
  },
});
