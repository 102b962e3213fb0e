import { failure } from "../../core/errors/certwright-error.ts";
import { nearest } from "../../core/text/nearest.ts";
import { defineCommand } from "../command.ts";
import { bashCompletion } from "../completion/bash.ts";
import { fishCompletion } from "../completion/fish.ts";
import { completionCommands } from "../completion/words.ts";
import { zshCompletion } from "../completion/zsh.ts";
import { commands } from "./index.ts";

const shells = { bash: bashCompletion, zsh: zshCompletion, fish: fishCompletion };

export const command = defineCommand({
  description:
    "Prints a script that teaches your shell the commands, options and values of certwright. It is made from the same table as this help, so make it again after an upgrade.",
  arguments: { shell: { description: "bash, zsh or fish" } },
  examples: [
    { command: "source <(certwright completion bash)", does: "Complete in this bash" },
    {
      command: "certwright completion zsh > ~/.zfunc/_certwright",
      does: "Complete in every zsh whose fpath has ~/.zfunc",
    },
    {
      command: "certwright completion fish > ~/.config/fish/completions/certwright.fish",
      does: "Complete in every fish",
    },
  ],
  async run(terminal, { arguments: { shell } }) {
    const script = Object.entries(shells).find(([name]) => name === shell)?.[1];
    if (script === undefined) {
      const names = Object.keys(shells);
      throw failure("usage.invalid-option", {
        option: "<shell>",
        value: shell,
        expected: `one of ${names.join(", ")}`,
        nearest: nearest(shell, names),
      });
    }
    terminal.write(script(await completionCommands(commands)));
  },
});
