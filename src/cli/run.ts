import { failure } from "../core/errors/certwright-error.ts";
import type { ExitCode } from "../core/errors/definition.ts";
import { nearest } from "../core/text/nearest.ts";
import type { CommandEntry } from "./command.ts";
import { findCommand } from "./find-command.ts";
import { readInput } from "./read-input.ts";
import type { Terminal } from "./terminal.ts";
import { version } from "./version.ts";

/** Where help is wrapped when it does not go to a terminal. */
const plainWidth = 80;

/** Runs one command line (without the program's own name). Throws what stops it; see exit.ts. */
export const run = async (
  table: readonly CommandEntry[],
  words: readonly string[],
  terminal: Terminal,
): Promise<ExitCode> => {
  // "help ca create" and "ca create --help" are the same question.
  const args = words[0] === "help" ? [...words.slice(1), "--help"] : words;
  if (args[0] === "--version" || args[0] === "-V") {
    terminal.write(`${version}\n`);
    return 0;
  }
  const found = findCommand(table, args);
  if (found.kind === "group") {
    const command = ["certwright", ...found.path].join(" ");
    const unknown = args[found.path.length];
    if (unknown !== undefined && unknown !== "--help" && unknown !== "-h") {
      const flags = ["--help", "--version", "--debug"];
      throw failure("usage.unknown-option", {
        option: unknown,
        command,
        nearest: nearest(unknown, flags),
      });
    }
    const footer = `Run "${command} <command> --help" for options and examples.`;
    const { groupHelp } = await import("./help.ts");
    terminal.write(groupHelp(table, found.path, footer, terminal.columns ?? plainWidth));
    return 0;
  }
  const { command } = await found.entry.load();
  const input = readInput(found.entry, command, found.rest, terminal.env);
  if (input !== "help") return (await command.run(terminal, input)) ?? 0;
  const { commandHelp } = await import("./help.ts");
  terminal.write(commandHelp(found.entry, command, terminal.columns ?? plainWidth));
  return 0;
};
