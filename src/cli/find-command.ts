import { failure } from "../core/errors/certwright-error.ts";
import { nearest } from "../core/text/nearest.ts";
import type { CommandEntry } from "./command.ts";

/** What the leading words of a command line name. */
export type Found =
  | { readonly kind: "command"; readonly entry: CommandEntry; readonly rest: readonly string[] }
  | { readonly kind: "group"; readonly path: readonly string[] };

const startsWith = (path: readonly string[], prefix: readonly string[]): boolean =>
  prefix.length <= path.length && prefix.every((word, i) => path[i] === word);

/** The entries of a group; all of them for the empty path. */
export const entriesUnder = (
  table: readonly CommandEntry[],
  path: readonly string[],
): readonly CommandEntry[] => table.filter((entry) => startsWith(entry.path, path));

/** As typed in a shell: "certwright ca create". */
export const spelled = (path: readonly string[]): string => ["certwright", ...path].join(" ");

/**
 * Finds the command or group that the leading words name. Throws usage.unknown-command with the
 * nearest word of that level; a word that is a command elsewhere ("create") suggests its whole path.
 */
export const findCommand = (table: readonly CommandEntry[], args: readonly string[]): Found => {
  let path: readonly string[] = [];
  for (const [i, word] of args.entries()) {
    if (word.startsWith("-")) break;
    const next = [...path, word];
    const under = entriesUnder(table, next);
    if (under.length === 0) {
      const level = new Set(entriesUnder(table, path).map((entry) => entry.path[path.length]!));
      const elsewhere = table.find((entry) => entry.path.at(-1) === word)?.path.join(" ");
      throw failure("usage.unknown-command", {
        word,
        command: spelled(path),
        nearest: nearest(word, level) ?? elsewhere,
      });
    }
    const entry = under.find((candidate) => candidate.path.length === next.length);
    if (entry !== undefined) return { kind: "command", entry, rest: args.slice(i + 1) };
    path = next;
  }
  return { kind: "group", path };
};
