import { estateOption, timeoutOption } from "../etcd-estate.ts";
import { outputOption } from "../output.ts";
import { pkiOptions } from "../pki/open-pki.ts";
import type { OptionDefinition } from "../command.ts";
import { duration } from "../values.ts";

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

/** Of those whose plans drop a CA or a key of tokens. */
export const soakOption = {
  flag: "--soak <duration>",
  description:
    "how long nobody may have shown an old certificate or token to an API server before the old CA or key is dropped, as their audit logs tell; 0 does not look (default: 24h where somebody may have been left out)",
  parse: duration,
} as const satisfies OptionDefinition;

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
