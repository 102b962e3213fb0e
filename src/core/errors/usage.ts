import { define } from "./definition.ts";

const helpOf = (command: string): string => `run "${command} --help"`;
const meant = (nearest: string | undefined, command: string): string =>
  nearest === undefined ? helpOf(command) : `did you mean "${nearest}"? Else ${helpOf(command)}`;

export const usageErrors = {
  "usage.invalid-option": define<{
    option: string;
    value: string;
    expected: string;
    nearest?: string | undefined;
  }>({
    message: (p) => `${p.option}: "${p.value}" is not ${p.expected}`,
    hint: (p) => (p.nearest === undefined ? undefined : `did you mean "${p.nearest}"?`),
    retry: "never",
    exit: 2,
  }),
  "usage.missing": define<{ what: string; command?: string }>({
    message: (p) => `${p.what} is missing`,
    hint: (p) => (p.command === undefined ? undefined : helpOf(p.command)),
    retry: "never",
    exit: 2,
  }),
  "usage.no-value": define<{ option: string; value: string }>({
    message: (p) => `${p.option} is a switch and takes no value ("${p.value}")`,
    retry: "never",
    exit: 2,
  }),
  "usage.conflict": define<{ first: string; second: string }>({
    message: (p) => `${p.first} and ${p.second} cannot be used together`,
    retry: "never",
    exit: 2,
  }),
  "usage.unknown-command": define<{ word: string; command: string; nearest?: string | undefined }>({
    message: (p) => `"${p.command}" has no command "${p.word}"`,
    hint: (p) => meant(p.nearest, p.command),
    retry: "never",
    exit: 2,
  }),
  "usage.unknown-option": define<{
    option: string;
    command: string;
    nearest?: string | undefined;
  }>({
    message: (p) => `"${p.command}" has no option ${p.option}`,
    hint: (p) => meant(p.nearest, p.command),
    retry: "never",
    exit: 2,
  }),
  "usage.too-many-arguments": define<{ command: string; expected: number; given: number }>({
    message: (p) =>
      `"${p.command}" takes ${p.expected === 0 ? "no" : p.expected} argument${p.expected === 1 ? "" : "s"}, not ${p.given}`,
    hint: (p) => helpOf(p.command),
    retry: "never",
    exit: 2,
  }),
};
