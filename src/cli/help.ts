import { Command as Program, Option } from "commander";
import type { Command, CommandEntry } from "./command.ts";
import { groups } from "./commands/index.ts";
import { entriesUnder, spelled } from "./find-command.ts";
import { kebab } from "./flag.ts";

/** `width` in columns; told, because commander would open stdout to ask. */
const named = (path: readonly string[], width: number): Program =>
  new Program(spelled(path))
    .helpOption("-h, --help", "show this help")
    .configureOutput({ getOutHelpWidth: () => width, getOutHasColors: () => false });

/** Help of the whole program (empty path) or of a group such as "ca". */
export const groupHelp = (
  table: readonly CommandEntry[],
  path: readonly string[],
  footer: string,
  width: number,
): string => {
  const program = named(path, width)
    .usage("<command> [options]")
    .helpCommand(false)
    .description(
      groups[path.join(" ")] ??
        "Private PKI for Kubernetes, etcd and service meshes: issue, inspect, verify and prove certificates.",
    )
    .configureHelp({ subcommandTerm: (sub) => sub.name() });
  if (path.length === 0) program.option("-V, --version", "print the version");
  program.option("--debug", "on a fault of certwright itself, print where it happened");
  for (const entry of entriesUnder(table, path)) {
    program.addCommand(
      new Program(entry.path.slice(path.length).join(" "))
        .description(entry.summary)
        .helpGroup(`${entry.section}:`),
    );
  }
  return `${program.helpInformation()}\n${footer}\n`;
};

/** Help of one command. */
export const commandHelp = (entry: CommandEntry, command: Command, width: number): string => {
  const program = named(entry.path, width).description(
    `${entry.summary}.\n\n${command.description}`,
  );
  for (const [name, argument] of Object.entries(command.arguments ?? {})) {
    const word = argument.variadic === true ? `${kebab(name)}...` : kebab(name);
    program.argument(argument.optional === true ? `[${word}]` : `<${word}>`, argument.description);
  }
  for (const definition of Object.values(command.options ?? {})) {
    const notes = [
      definition.repeat === true ? "may be repeated" : "",
      definition.default === undefined ? "" : `default: ${definition.default}`,
      definition.env === undefined ? "" : `environment: ${definition.env}`,
    ].filter((note) => note !== "");
    const note = notes.length === 0 ? "" : ` (${notes.join("; ")})`;
    program.addOption(new Option(definition.flag, definition.description + note));
  }
  const examples = command.examples.map((e) => `  # ${e.does}\n  $ ${e.command}\n`).join("\n");
  return `${program.helpInformation()}\nExamples:\n${examples}\n`;
};
