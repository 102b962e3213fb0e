import { readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { measured, tools, verdicts } from "./other-tools.ts";
import { labFault } from "./lab-fault.ts";

const tests = join(import.meta.dirname, "../../test/real");

/** What the test holds doctor to: a lab case says it as data, another test in quotes. */
const assertedBy = (file: string, expected: string): string | undefined => {
  const source = readFileSync(join(tests, file), "utf8");
  if (file.startsWith("faults/cases/")) return labFault(source);
  return source.includes(`"${expected}"`) ? expected : undefined;
};

type Letter = keyof typeof verdicts;

interface Row {
  readonly id: string;
  readonly test: string;
  /** What certwright names, by the test that asserts it. */
  readonly named: string | undefined;
  /** certwright's letter, then each tool's. */
  readonly letters: readonly Letter[];
}

/** One row per measured fault, with certwright's own letter in front. */
export const faultRows = (): readonly Row[] =>
  measured.map(([id, test, letters]) => {
    const named = assertedBy(test, id);
    const own = named === id ? "N" : "M";
    return { id, test, named, letters: [own, ...letters] as Letter[] };
  });

const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;

/** The reference page of who names which fault. */
export const faultByToolPage = (): string => {
  const rows = faultRows();
  const columns = ["certwright", ...tools];
  const count = (letter: Letter, column: number): number =>
    rows.filter(({ letters }) => letters[column] === letter).length;
  const letters = Object.keys(verdicts) as Letter[];
  return [
    "# Who names which fault",
    "",
    `${rows.length} faults, each made with real programs on one machine, shown to sixteen tools and to \`certwright doctor\`. No other tool names more than ${Math.max(...tools.map((_, index) => count("N", index + 1)))}.`,
    "",
    ...letters.map((letter) => `- **${letter}** ${verdicts[letter]}`),
    "",
    "The column certwright is made by the fault lab: the link in a row leads to the test that makes the situation and asserts the verdict of `certwright doctor -o json`. `npm test` runs all of them; one that fails, or that asserts another id than the row expects, breaks the build. The other columns were measured once, on Debian 12 in November 2026, in situations of the same kind; each tool got the CA, the client certificate and the server name as far as it takes them. With TLS 1.3 several clients lose the server's alert in a race, so their cells on client certificates are one draw.",
    "",
    "Made from tools/docs/other-tools.ts and test/real by `npm run docs`.",
    "",
    line(["fault", "situation", ...columns]),
    line(["fault", "situation", ...columns].map(() => "---")),
    ...rows.map(({ id, test, named, letters: cells }) =>
      line([
        `[${id}](faults/${id}.md)`,
        `[${basename(test, ".ts")}](../../test/real/${test})`,
        ...cells.map((cell, index) => (index === 0 && named !== id ? `${cell} ${named}` : cell)),
      ]),
    ),
    ...letters.map((letter) =>
      line([
        `**${letter}** of ${rows.length}`,
        "",
        ...columns.map((_, column) => `${count(letter, column)}`),
      ]),
    ),
    "",
  ].join("\n");
};
