import { commandWords } from "../../core/discovery/words.ts";
import { failure } from "../../core/errors/certwright-error.ts";
import type { OptionDefinition } from "../command.ts";

/** A command without anything that only a shell understands. */
export const wordsOf =
  (example: string) =>
  (text: string, flag: string): readonly string[] => {
    const words = commandWords(text);
    if (words !== undefined) return words;
    throw failure("usage.invalid-option", {
      option: flag,
      value: text,
      expected: `a program and its arguments without quotes, such as: ${example}`,
    });
  };

/** How a kubelet is restarted on its machine, where nobody but the operator knows. */
const kubeletRestartOption = {
  flag: "--kubelet-restart <command>",
  description: "restarts a kubelet on its machine, where systemd does not",
  parse: wordsOf("rc-service kubelet restart"),
} as const satisfies OptionDefinition;

/** How machines are reached and what may be done there, of every command that looks at a cluster's nodes by ssh. */
export const nodeOptions = {
  sshConfig: {
    flag: "--ssh-config <file>",
    description: "given to ssh -F (default: your own configuration)",
  },
  sshUser: { flag: "--ssh-user <name>", description: "who to be on the machines" },
  sudo: { flag: "--sudo", description: "files and programs there need sudo -n" },
  kubeletRestart: kubeletRestartOption,
} as const satisfies Readonly<Record<string, OptionDefinition>>;
