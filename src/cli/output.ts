import { stripVTControlCharacters } from "node:util";
import type { OptionDefinition } from "./command.ts";
import type { Terminal } from "./terminal.ts";

/** The `-o` option of commands that can print more than text. */
export const outputOption = <const F extends string>(...formats: F[]) =>
  ({
    flag: "-o, --output <format>",
    description: `print as ${["text", ...formats].join(", ")}`,
    choices: ["text", ...formats] as readonly ("text" | F)[],
    default: "text",
  }) as const satisfies OptionDefinition;

/** Prints plain data as JSON or YAML. Bytes and bigints must have been put in words before. */
export const writeData = async (
  terminal: Terminal,
  format: "json" | "yaml",
  data: unknown,
): Promise<void> => {
  if (format === "json") {
    terminal.write(`${JSON.stringify(data, undefined, 2)}\n`);
    return;
  }
  // Loaded only here: the YAML library costs 20 ms of start.
  const { stringify } = await import("yaml");
  terminal.write(stringify(data, { lineWidth: 0, aliasDuplicateObjects: false }));
};

const widthOf = (text: string): number =>
  text.includes("\u001b") ? stripVTControlCharacters(text).length : text.length;

/** Rows as aligned columns, two spaces apart, no trailing blanks; each line ends in a newline. */
export const columns = (rows: readonly (readonly string[])[]): string => {
  const widths: number[] = [];
  for (const row of rows) {
    for (const [i, cell] of row.entries()) widths[i] = Math.max(widths[i] ?? 0, widthOf(cell));
  }
  return rows
    .map((row) =>
      row
        .map((cell, i) =>
          i === row.length - 1 ? cell : cell + " ".repeat(widths[i]! - widthOf(cell)),
        )
        .join("  ")
        .trimEnd(),
    )
    .map((line) => `${line}\n`)
    .join("");
};

/** {@link columns} under bold headings. */
export const table = (
  terminal: Terminal,
  headings: readonly string[],
  rows: readonly (readonly string[])[],
): string => columns([headings.map((h) => terminal.style("bold", h)), ...rows]);
