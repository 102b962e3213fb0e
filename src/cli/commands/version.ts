import { defineCommand } from "../command.ts";
import { outputOption, writeData } from "../output.ts";
import { version } from "../version.ts";

export const command = defineCommand({
  description:
    "Prints the version of certwright, of Node and of the OpenSSL inside it: the three that decide what it can read and sign.",
  options: { output: outputOption("json", "yaml") },
  examples: [
    { command: "certwright version", does: "Show what to put into a bug report" },
    { command: "certwright version -o json", does: "Show the same for a script" },
  ],
  async run(terminal, { options }) {
    const facts = {
      certwright: version,
      node: process.versions.node,
      openssl: process.versions.openssl ?? "none",
      platform: `${process.platform}-${process.arch}`,
    };
    if (options.output !== "text") return writeData(terminal, options.output, facts);
    for (const [name, value] of Object.entries(facts)) terminal.write(`${name} ${value}\n`);
  },
});
