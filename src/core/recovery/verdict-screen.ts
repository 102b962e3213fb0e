import { spanWords } from "../text/span.ts";
import type { Interruption, OutlinedStep } from "./verdict.ts";

/** What every recovery's screen says, whatever is recovered. */
export interface Screen {
  readonly verdict: {
    readonly title: string;
    readonly not: readonly string[];
    readonly cases: readonly { readonly id: string; readonly remedy: string }[];
  };
  readonly lost: readonly string[];
  readonly recoverable: readonly string[];
  readonly interruptions: readonly Interruption[];
  readonly steps: readonly OutlinedStep[];
}

/** The screen as text: what not to do comes first. `rest`: lines that stand at the end. */
export const screenText = (
  { verdict, lost, recoverable, interruptions, steps }: Screen,
  {
    seen = [],
    unknown = [],
    rest = [],
  }: {
    readonly seen?: readonly string[];
    readonly unknown?: readonly string[];
    readonly rest?: readonly string[];
  },
): string =>
  [
    ...(verdict.not.length === 0 ? [] : [...verdict.not, ""]),
    `Verdict: ${verdict.title}.`,
    ...verdict.cases.map(({ id, remedy }) => `  ${id}: ${remedy}`),
    ...list("Seen:", seen),
    ...list("Lost for good:", lost),
    ...list("To be had back:", recoverable),
    ...list("Needed, and not found yet:", unknown),
    ...list(
      "Interrupted:",
      interruptions.map(
        ({ what, expected }) =>
          `${what}${expected === undefined || expected === 0 ? "" : `; about ${spanWords(expected)}`}`,
      ),
    ),
    ...list(
      "Steps:",
      steps.map(({ title, expected }, i) => `${i + 1}. ${title} (${spanWords(expected)})`),
    ),
    ...rest,
    "",
  ].join("\n");

const list = (title: string, lines: readonly string[]): readonly string[] =>
  lines.length === 0 ? [] : ["", title, ...lines.map((line) => `  ${line}`)];
