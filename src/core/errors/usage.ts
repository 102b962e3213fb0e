import { define } from "./definition.ts";

export const usageErrors = {
  "usage.invalid-option": define<{ option: string; value: string; expected: string }>({
    message: (p) => `${p.option}: "${p.value}" is not ${p.expected}`,
    retry: "never",
    exit: 2,
  }),
  "usage.missing": define<{ what: string }>({
    message: (p) => `${p.what} is missing`,
    retry: "never",
    exit: 2,
  }),
  "usage.conflict": define<{ first: string; second: string }>({
    message: (p) => `${p.first} and ${p.second} cannot be used together`,
    retry: "never",
    exit: 2,
  }),
};
