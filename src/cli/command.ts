import type { ExitCode } from "../core/errors/definition.ts";
import type { Terminal } from "./terminal.ts";

/** One positional argument. Arguments are written in the order they are given. */
export interface ArgumentDefinition {
  readonly description: string;
  /** Without it the argument must be given. */
  readonly optional?: boolean;
  /** Takes all that remain; only the last argument may. */
  readonly variadic?: boolean;
}

/** One option. Its key in the command is its long flag in camel case: `--client-ca <file>` is `clientCa`. */
export interface OptionDefinition {
  /** As help shows it: "-o, --output <format>"; without `<…>` it is a switch. */
  readonly flag: string;
  readonly description: string;
  /** The only words allowed. */
  readonly choices?: readonly string[];
  /** As it would be typed. */
  readonly default?: string;
  /** May be given several times; the value is a list, empty when not given. */
  readonly repeat?: boolean;
  readonly required?: boolean;
  /** Environment variable read when the option is not given. */
  readonly env?: string;
  /** Makes the value from the text; throws `failure("usage.invalid-option", …)`. See values.ts. */
  readonly parse?: (text: string, flag: string) => unknown;
}

type Word<O> = O extends { parse: (...p: never[]) => infer T }
  ? T
  : O extends { choices: readonly (infer C)[] }
    ? C
    : string;

type OptionValue<O extends OptionDefinition> = O["flag"] extends `${string}<${string}`
  ? O extends { repeat: true }
    ? readonly Word<O>[]
    : O extends { required: true } | { default: string }
      ? Word<O>
      : Word<O> | undefined
  : boolean;

type ArgumentValue<A extends ArgumentDefinition> = A extends { variadic: true }
  ? readonly string[]
  : A extends { optional: true }
    ? string | undefined
    : string;

type Arguments = Readonly<Record<string, ArgumentDefinition>>;
type Options = Readonly<Record<string, OptionDefinition>>;

export interface Example {
  readonly command: string;
  /** What it does, a short sentence without a full stop. */
  readonly does: string;
}

/**
 * A command as data. Its path and one-line summary are in the table (commands/index.ts),
 * so that help and completion know all commands without loading any.
 */
export interface Command {
  /** What help says above the options, in plain text. */
  readonly description: string;
  readonly arguments?: Arguments;
  readonly options?: Options;
  readonly examples: readonly Example[];
  /** Gives the exit code; nothing means 0. Throws a CertwrightError for what stops it. */
  run(terminal: Terminal, input: Input): Promise<ExitCode | void>;
}

/** What the user typed, parsed: arguments and options by name. */
export interface Input {
  readonly arguments: Readonly<Record<string, unknown>>;
  readonly options: Readonly<Record<string, unknown>>;
}

/** Gives `run` the exact type of each argument and option from their definitions. */
export const defineCommand = <const A extends Arguments = {}, const O extends Options = {}>(
  command: Omit<Command, "arguments" | "options" | "run"> & {
    readonly arguments?: A;
    readonly options?: O;
    run(
      terminal: Terminal,
      input: {
        readonly arguments: { readonly [K in keyof A]: ArgumentValue<A[K]> };
        readonly options: { readonly [K in keyof O]: OptionValue<O[K]> };
      },
    ): Promise<ExitCode | void>;
  },
): Command => command as Command;

/** One line of the table of commands. */
export interface CommandEntry {
  /** The words that name it: ["ca", "create"]. */
  readonly path: readonly string[];
  /** One line, starting with a verb. */
  readonly summary: string;
  /** Heading under which help lists it. */
  readonly section: string;
  readonly load: () => Promise<{ readonly command: Command }>;
}
