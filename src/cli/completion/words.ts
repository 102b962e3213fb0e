import type { CommandEntry } from "../command.ts";
import { readFlag } from "../flag.ts";

/** One option as a shell needs it. */
export interface CompletionOption {
  /** "--output" */
  readonly long: string;
  /** "-o", when it has one. */
  readonly short: string | undefined;
  readonly description: string;
  readonly takesValue: boolean;
  /** Empty: any value, so files are offered. */
  readonly values: readonly string[];
}

export interface CompletionCommand {
  readonly path: readonly string[];
  readonly summary: string;
  readonly options: readonly CompletionOption[];
}

/** Loads every command and gathers what completion needs of it. */
export const completionCommands = async (
  table: readonly CommandEntry[],
): Promise<readonly CompletionCommand[]> =>
  Promise.all(
    table.map(async (entry) => {
      const { command } = await entry.load();
      const options = Object.values(command.options ?? {}).map((option) => {
        const { long, short, takesValue } = readFlag(option.flag);
        return {
          long: `--${long}`,
          short: short === undefined ? undefined : `-${short}`,
          description: option.description,
          takesValue,
          values: option.choices ?? [],
        };
      });
      const help = { long: "--help", short: "-h", description: "show this help" };
      return {
        path: entry.path,
        summary: entry.summary,
        options: [...options, { ...help, takesValue: false, values: [] }],
      };
    }),
  );

/** For every prefix of a command's path, the words that can follow it: "" -> ca, issue …; "ca" -> create, list … */
export const nextWords = (
  commands: readonly CompletionCommand[],
): ReadonlyMap<string, ReadonlyMap<string, string>> => {
  const levels = new Map<string, Map<string, string>>();
  for (const { path, summary } of commands) {
    for (const [i, word] of path.entries()) {
      const before = path.slice(0, i).join(" ");
      const level = levels.get(before) ?? new Map<string, string>();
      levels.set(before, level);
      level.set(word, i === path.length - 1 ? summary : `${word} commands`);
    }
  }
  return levels;
};
