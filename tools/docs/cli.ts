import { commands, groups } from "../../src/cli/commands/index.ts";
import { commandHelp } from "../../src/cli/help.ts";

/** docs/reference/cli.md: the help of every command, as the program prints it. */
export const cliPage = async (): Promise<string> => {
  const lines = [
    "# Command line",
    "",
    "Data goes to stdout, words go to stderr. Colours only on a terminal, and not when NO_COLOR is set. Exit codes: 0 done, 1 the thing asked about is at fault or was refused, 2 usage, 3 inconclusive, 4 a deadline passed, 130 interrupted.",
    "",
    "Made from src/cli/commands by `npm run docs`; the same text as `certwright COMMAND --help`.",
  ];
  for (const [section, entries] of Map.groupBy(commands, (entry) => entry.section)) {
    lines.push("", `## ${section}`);
    for (const entry of entries) {
      const { command } = await entry.load();
      lines.push("", `### certwright ${entry.path.join(" ")}`, "");
      lines.push("```text", commandHelp(entry, command, 100).trimEnd(), "```");
    }
  }
  for (const [name, about] of Object.entries(groups)) {
    lines.push("", `## Group ${name}`, "", `${about}.`, "");
    for (const { path, summary } of commands.filter((entry) => entry.path[0] === name)) {
      lines.push(`- \`certwright ${path.join(" ")}\`: ${summary}`);
    }
  }
  return `${lines.join("\n")}\n`;
};
