import { estateExample } from "../../adapters/estate/example.ts";
import { defineCommand } from "../command.ts";

export const command = defineCommand({
  description:
    "Prints a certwright.yaml for three etcd members that is correct as it is; put your own names and addresses in.",
  examples: [
    { command: "certwright estate example > certwright.yaml", does: "Start an estate file" },
  ],
  async run(terminal) {
    terminal.write(estateExample);
  },
});
