import { defineCommand } from "../command.ts";

export const command = defineCommand({
  description: "Prints a script.",
  arguments: { shell: { description: "bash, zsh or fish" } },
  examples: [],
  async run() {},
});
