import { estateJsonSchema } from "../../adapters/estate/schema.ts";
import { defineCommand } from "../command.ts";
import { writeData } from "../output.ts";

export const command = defineCommand({
  description:
    "Prints the JSON Schema of certwright.yaml. Editors with a YAML language server complete and check the file when its first line names the schema: # yaml-language-server: $schema=certwright.schema.json",
  examples: [
    {
      command: "certwright estate schema > certwright.schema.json",
      does: "Let an editor complete certwright.yaml",
    },
  ],
  async run(terminal) {
    await writeData(terminal, "json", estateJsonSchema());
  },
});
