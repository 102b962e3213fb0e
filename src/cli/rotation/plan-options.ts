import { estateOption, timeoutOption } from "../etcd-estate.ts";
import { outputOption } from "../output.ts";
import { pkiOptions } from "../pki/open-pki.ts";
import type { OptionDefinition } from "../command.ts";

/** Options of every command that makes a plan. */
export const planOptions = {
  estate: estateOption,
  ...pkiOptions,
  out: {
    flag: "--out <file>",
    description: "where the plan is written; its name says what it does when none is given",
  },
  timeout: timeoutOption,
  output: outputOption("json"),
} as const satisfies Readonly<Record<string, OptionDefinition>>;

export interface PlanChoice {
  readonly estate: string;
  readonly dir?: string | undefined;
  readonly passphraseFile?: string | undefined;
  readonly passphraseFd?: number | undefined;
  readonly out?: string | undefined;
  readonly timeout: number;
  /** Milliseconds; of plans that drop something. */
  readonly soak?: number | undefined;
  readonly output: "text" | "json";
}
